import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ConformanceRun } from '../src/conformance-report.ts'
import { mergeReports } from '../src/conformance-report.ts'
import { conformanceTable } from '../src/conformance-table.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const memory: ConformanceRun = {
  name: 'memory',
  adapter: 'memory',
  server: { name: 'in-process', version: '1', standIn: false },
  cases: [
    { name: 'one winner', level: 'adapter', status: 'passed', rounds: 1000, ms: 5 },
    { name: 'survives kill', level: 'adapter', status: 'not-run', reason: 'no server', ms: 0 },
    { name: 'survives pause', level: 'adapter', status: 'not-run', reason: 'no server', ms: 0 },
  ],
}
const sqlite: ConformanceRun = {
  name: 'sqlite 3',
  adapter: 'sqlite',
  server: { name: 'SQLite', version: '3', standIn: true },
  cases: [
    { name: 'one winner', level: 'adapter', status: 'failed', reason: 'two won', ms: 5 },
    { name: 'rotates', level: 'engine', status: 'passed', ms: 5 },
  ],
}

function writeReports(parts: Record<string, string>): string {
  const reports = temporaryFolder()
  mkdirSync(join(reports, 'conformance'))
  for (const [adapter, part] of Object.entries(parts)) {
    writeFileSync(join(reports, 'conformance', `${adapter}.json`), part)
  }
  return reports
}

test('the reports are merged into one file', () => {
  const parts = { memory: JSON.stringify(memory), sqlite: JSON.stringify(sqlite) }
  const reports = writeReports(parts)
  expect(mergeReports(reports, ['memory', 'sqlite'])).toEqual({
    runs: [memory, sqlite],
    problems: [],
  })
  const merged = JSON.parse(readFileSync(join(reports, 'conformance.json'), 'utf8'))
  expect(merged).toEqual({ runs: [memory, sqlite] })
})

test('an adapter without a report is a problem', () => {
  const reports = writeReports({ memory: JSON.stringify(memory) })
  expect(mergeReports(reports, ['memory', 'sqlite']).problems).toEqual(['sqlite: no report'])
})

test.for(['{', '{}', '{"adapter":"memory"}'])('the report %s is a problem', (part) => {
  const { runs, problems } = mergeReports(writeReports({ memory: part }), [])
  expect(runs).toEqual([])
  expect(problems).toEqual([expect.stringContaining('memory: unreadable report')])
})

test('the table has a row for each case and a line for each reason', () => {
  expect(conformanceTable([memory, sqlite])).toBe(
    [
      'Conformance (✓ passed, ✗ failed, – not run)',
      '  memory: in-process 1: 1 passed, 0 failed, 2 not run',
      '  sqlite 3: SQLite 3 (a stand-in): 1 passed, 1 failed, 0 not run',
      '',
      '                           memory  sqlite 3',
      '  adapter: one winner      ✓       ✗',
      '  adapter: survives kill   –',
      '  adapter: survives pause  –',
      '  engine: rotates                  ✓',
      '',
      'Failed:',
      '  sqlite 3: two won (one winner)',
      '',
      'Not run:',
      '  memory: no server (survives kill, survives pause)',
    ].join('\n'),
  )
})

test('what is claimed and could not be tried is listed at the end', () => {
  const untried = 'roles (the server handle has no accounts)'
  const notes = ['42 rounds', `claimed and not tried: ${untried}`]
  const claims = { name: 'claims-complete', level: 'adapter', status: 'passed', ms: 1 } as const
  const table = conformanceTable([{ ...memory, cases: [{ ...claims, notes }] }])
  expect(table.endsWith(`\n\nClaimed and not tried:\n  memory: ${untried}`)).toBe(true)
})
