import { NotPrepared } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { failureJson, failureLines } from '../src/output/failure.ts'
import { everySoOften } from '../src/output/progress.ts'
import { Secrets, withoutSecrets } from '../src/output/secrets.ts'
import { styleFor, wantsColours } from '../src/output/style.ts'
import { table } from '../src/output/table.ts'
import { noteText, printable } from '../src/output/text.ts'
import { UsageError } from '../src/usage-error.ts'

test('a table has columns of equal width and no blanks at the end', () => {
  expect(
    table([
      ['a', 'bb', ''],
      ['ccc', 'd'],
    ]),
  ).toEqual(['a    bb', 'ccc  d'])
})

test('a note cannot draw on the screen of who reads it', () => {
  expect(printable('a\u001b[2Jb\r\n\u009b\u202ec')).toBe(
    'a\\u{001b}[2Jb\\u{000d}\\u{000a}\\u{009b}\\u{202e}c',
  )
  expect(noteText({ reason: 'lost "phone"', actor: 'ada\u0007' })).toBe(
    '"lost "phone"" by ada\\u{0007}',
  )
  expect(noteText()).toBe('')
})

test('a failure tells what is behind it, and draws nothing either', () => {
  const error = new Error('first\nsecond', { cause: new Error('\u001b[2Jdriver') })
  expect(failureLines(error, new Secrets(), styleFor(false))).toEqual([
    'tokenward: UNEXPECTED: first\n  second',
    '  because: \\u{001b}[2Jdriver',
  ])
  expect(failureJson(new UsageError('do that'), new Secrets())).toEqual({
    error: { code: 'USAGE', retryable: false, message: 'do that' },
  })
})

describe('colours', () => {
  test.for([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
  ] as const)('terminal %s, %j: %s', ([isTTY, environment, wanted]) => {
    expect(wantsColours({ isTTY }, environment)).toBe(wanted)
  })

  test('are there only when they are wanted', () => {
    expect(styleFor(true).bad('x')).toBe('\u001b[31mx\u001b[39m')
    expect(styleFor(false).bad('x')).toBe('x')
  })
})

describe('what looks like a secret is never printed', () => {
  test.for([
    ['refused: eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln!', 'refused: ***!'],
    ['at postgres://u:pw@h/db', 'at postgres://u:***@h/db'],
    [
      '{"at":"https://a.example:8443/x","who":"a@b"}',
      '{"at":"https://a.example:8443/x","who":"a@b"}',
    ],
  ])('%s', ([text = '', clean = '']) => {
    expect(withoutSecrets(text)).toBe(clean)
  })
})

test('a known secret is taken out of what others say, and out of nothing else', () => {
  const secrets = new Secrets()
  for (const secret of ['tokenward', 'abc']) secrets.hide(secret)
  const driver = new Error('auth as tokenward, abcabc')
  const ours = new NotPrepared('run tokenward migrate', driver)
  expect(failureJson(ours, secrets).error).toMatchObject({
    message: 'run tokenward migrate',
    // The other is too short to be blotted out of everything.
    causes: ['auth as ***, abcabc'],
  })
  expect(failureJson(driver, secrets).error.message).toBe('auth as ***, abcabc')
})

test('progress is told every two seconds, not every time', () => {
  let now = 0
  const told: number[] = []
  const progress = everySoOften(
    (count) => told.push(count),
    () => now,
  )
  for (const [at, count] of [
    [1_000, 1],
    [2_000, 2],
    [2_500, 3],
    [4_100, 4],
  ] as const) {
    now = at
    progress(count)
  }
  expect(told).toEqual([2, 4])
})
