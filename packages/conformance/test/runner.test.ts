import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as vitest from 'vitest'
import { expect, test } from 'vitest'
import type { Report, Runner } from '../src/index.ts'
import { hooksOf } from '../src/suite/runner.ts'

test('vitest is a runner', () => {
  const runner: Runner = vitest
  expect(() => hooksOf(runner)).not.toThrow()
})

test('a module without tests is no runner', () => {
  expect(() => hooksOf({ describe: () => {} })).toThrow('needs `test` or `it`')
})

test('node:test is a runner: it runs, skips with the reason, and the report is written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  const script = join(import.meta.dirname, 'node-runner/conformance.ts')
  const env = { ...process.env, TOKENWARD_REPORTS: folder, NODE_TEST_CONTEXT: undefined }
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--test-reporter=tap', script], { env })
  const report: Report = JSON.parse(await readFile(join(folder, 'conformance/map.json'), 'utf8'))
  await rm(folder, { recursive: true })
  expect(stdout).toMatch(/ok \d+ - insert-if-absent\n/)
  expect(stdout).toMatch(/list-pages # SKIP the adapter does not claim listing/)
  const statuses = new Map(report.cases.map(({ name, status }) => [name, status]))
  expect(statuses.get('insert-if-absent')).toBe('passed')
  expect(statuses.get('list-pages')).toBe('not-run')
})
