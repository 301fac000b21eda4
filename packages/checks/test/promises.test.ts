import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { knownBad } from '@tokenward/conformance/known-bad'
import { beforeAll, describe, expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'
import { evidenceOf } from '../src/promises/evidence.ts'
import { kindsOfMistakes } from '../src/promises/kinds-of-mistakes.ts'
import { PAGE, promisesPage } from '../src/promises/page.ts'
import { nameOf, type Reading, readPromises } from '../src/promises/promises.ts'
import { sentencesOf } from '../src/promises/sentences.ts'

describe('the sentences of the doc comments', () => {
  let reading: Reading
  beforeAll(() => {
    reading = readPromises()
  })

  test('are found', () => {
    expect(reading.promises.length).toBeGreaterThan(300)
    expect(reading.promises.map(nameOf)).toContain(
      'adapter/contract.ts: TokenRepository.write: Where the result is unsure, it rejects.',
    )
  })

  test('have an entry each, in a file of src/promises/held', () => {
    expect(reading.unmapped).toEqual([])
  })

  test('are all that has an entry: a sentence that was changed must be looked at again', () => {
    expect(reading.outdated).toEqual([])
  })

  test('are held by cases, known-bads and tests that exist', () => {
    const unknown = reading.promises.flatMap((each) =>
      each.unknown.map((name) => `${name} (${nameOf(each)})`),
    )
    expect(unknown).toEqual([])
  })

  test('are each held by a case or a test, if they promise something', () => {
    const unheld = reading.promises.filter(({ cases, tests }) => cases.length + tests.length === 0)
    expect(unheld.map(nameOf)).toEqual([])
  })
})

test('a kind of mistake names known-bads that exist', () => {
  const names = new Set(knownBad.map(({ name }) => name))
  const unknown = kindsOfMistakes.flatMap(({ twins }) => twins.filter((name) => !names.has(name)))
  expect(unknown).toEqual([])
})

test('the page is up to date (`npx -y pnpm@12 promises` updates it)', () => {
  expect(readFileSync(join(repositoryRoot, PAGE), 'utf8')).toBe(promisesPage())
})

test('a doc comment is split into its sentences', () => {
  const text = [
    'Reads `a. B` of {@link Store.read}. It',
    'may reject. `null`: e.g. nothing.',
    '',
    '- `one`: first',
    '- `two`: second',
    '@param key its name. Not empty.',
    '@default 1',
    '@example',
    'read({ a. B })',
  ].join('\n')
  expect(sentencesOf({ file: 'a.ts', subject: 'A', text }).map((each) => each.text)).toEqual([
    'Reads `a. B` of {@link Store.read}.',
    'It may reject.',
    '`null`: e.g. nothing.',
    '`one`: first',
    '`two`: second',
    '@param key its name.',
    '@param Not empty.',
    '@default 1',
  ])
})

test('a known-bad names its case, and a case alone has all of its known-bads', () => {
  const one = evidenceOf(['blind-overwrite'])
  expect(one).toMatchObject({ cases: ['insert-if-absent'], twins: ['blind-overwrite'] })
  const all = evidenceOf(['insert-if-absent'])
  expect(all.twins).toEqual(expect.arrayContaining(['blind-overwrite', 'early-ack']))
  const tests = [
    'core: test/rotation.test.ts > reuse is found after grace + skew if the thief stops',
    'core: test/rotation.test.ts > no such test',
    'no-such-case',
  ]
  const { tests: found, unknown } = evidenceOf(tests)
  expect(found).toEqual(tests.slice(0, 1))
  expect(unknown).toEqual(tests.slice(1))
})
