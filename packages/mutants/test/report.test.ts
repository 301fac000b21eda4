import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isChanged, linesOf } from '../src/changed-lines.ts'
import { type Mutant, type Result, withKeys } from '../src/mutant.ts'
import { readReasons, unusedReasons } from '../src/reasons.ts'
import { reportOf, unexplained } from '../src/report.ts'
import { Results } from '../src/results.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mutants-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const place = { id: 'a.ts:1', file: 'a.ts', line: 4, endLine: 6, original: 'x > 1' }
const [first, second, third] = withKeys([
  { ...place, replacement: 'x >= 1' },
  { ...place, replacement: 'x <= 1' },
  { ...place, replacement: 'true' },
]) as [Mutant, Mutant, Mutant]

describe('results', () => {
  test('are added to those of the same contents', () => {
    new Results('a', folder).save('a.ts', 'one', [{ mutant: first, status: 'survived' }])
    new Results('a', folder).save('a.ts', 'one', [{ mutant: second, status: 'killed', by: 't' }])
    expect(new Results('a', folder).of('a.ts', 'one', [first, second, third])).toEqual([
      { mutant: first, status: 'survived' },
      { mutant: second, status: 'killed', by: 't' },
    ])
  })

  test('of other contents are not used', () => {
    const results = new Results('a', folder)
    results.save('a.ts', 'one', [{ mutant: first, status: 'killed' }])
    expect(results.of('a.ts', 'two', [first])).toEqual([])
  })
})

test('only a survivor without a reason is unexplained, and the report shows both', () => {
  const given = { 'a.ts': { [first.key]: 'x is never 1' } }
  writeFileSync(join(folder, 'a.json'), JSON.stringify(given))
  const results: Result[] = [
    { mutant: first, status: 'survived' },
    { mutant: second, status: 'not-covered' },
    { mutant: third, status: 'killed', by: 't' },
  ]
  const reasons = readReasons('a', folder)
  const part = { name: 'a', results, reasons, unused: unusedReasons(reasons, [second]) }
  expect(unexplained(part)).toEqual([{ mutant: second, status: 'not-covered' }])
  const report = reportOf([part])
  expect(report).toContain('a.ts:4 (survived): `` x > 1 → x >= 1 ``: x is never 1')
  expect(report).toContain('a.ts:4 (not-covered): `` x > 1 → x <= 1 ``: **no reason given**')
  expect(report).toContain('a reason without a mutant: a.ts: x > 1 → x >= 1')
  expect(report).toContain('| a | 3 | 1 | 0 | 1 | 1 | 0 | 33.3 % | 50.0 % | 1 |')
})

test('a mutant is changed if a changed line is in it', () => {
  const diff = '+++ b/a.ts\n@@ -1 +6,2 @@\n+++ b/b.ts\n@@ -1,2 +3 @@\n'
  const changes = linesOf(diff)
  expect(isChanged(changes, first)).toBe(true)
  expect(isChanged(changes, { ...first, endLine: 5 })).toBe(false)
  expect(isChanged(changes, { ...first, line: 8, endLine: 9 })).toBe(false)
  expect(isChanged(changes, { ...first, file: 'b.ts' })).toBe(false)
})
