import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packagesFolder } from '../src/paths.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const reports = temporaryFolder()

test('a run whose -t matches no test fails with a message', () => {
  const { status, stderr } = run('no test has this name')
  expect(stderr).toContain('-t no test has this name matches no test.')
  expect(status).toBe(1)
})

test('a run whose -t matches one test passes', () => {
  const { status, stderr } = run('vitest is a runner')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

/** Runs one small test file of another package. */
function run(pattern: string) {
  const vitest = join(packagesFolder, 'conformance/node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', 'test/runner.test.ts', '-t', pattern]
  const env = { ...process.env, TOKENWARD_REPORTS: reports }
  const cwd = join(packagesFolder, 'conformance')
  return spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' })
}
