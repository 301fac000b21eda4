import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type KnownBadRow, knownBadTable, mergeKnownBad } from '../src/known-bad-report.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

function row(name: string, more: Partial<KnownBadRow> = {}): KnownBadRow {
  return {
    name,
    level: 'adapter',
    mutation: 'something',
    caughtBy: 'a-case',
    caught: true,
    reason: 'it failed',
    failedCases: ['a-case'],
    ...more,
  }
}

function write(folder: string, adapter: string, knownBad: readonly KnownBadRow[]): void {
  mkdirSync(join(folder, 'known-bad'), { recursive: true })
  const text = JSON.stringify({ adapter, knownBad })
  writeFileSync(join(folder, 'known-bad', `${adapter}.json`), text)
}

test('the rows of several runs are merged', () => {
  const folder = temporaryFolder()
  write(folder, 'map', [row('first', { caught: false, failedCases: ['other-case'] })])
  write(folder, 'sqlite', [row('first'), row('second', { level: 'engine' })])
  const { rows, problems } = mergeKnownBad(folder)
  expect(problems).toEqual([])
  const [first] = rows
  expect(first).toMatchObject({ caught: true, failedCases: ['other-case', 'a-case'] })
  const written = JSON.parse(readFileSync(join(folder, 'known-bad.json'), 'utf8'))
  expect(written).toEqual({ knownBad: rows })
})

test('a known-bad implementation that no run caught is a problem', () => {
  const folder = temporaryFolder()
  write(folder, 'map', [row('first', { caught: false, failedCases: [] })])
  expect(mergeKnownBad(folder).problems).toEqual(['first was not caught'])
})

test('a run without the suite has no rows', () => {
  expect(mergeKnownBad(temporaryFolder())).toEqual({ rows: [], problems: [] })
})

test('the table lists by case what it caught', () => {
  const second = row('second', { failedCases: ['a-case', 'b-case'] })
  expect(knownBadTable([row('first'), second])).toBe(
    [
      'Known-bad: 2 of 2 fail the case that is named for them',
      '  a-case: first, second',
      '  b-case: second',
    ].join('\n'),
  )
})
