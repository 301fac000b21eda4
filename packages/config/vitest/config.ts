import { basename, resolve } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'
import { FailWithoutMatch } from './fail-without-match.ts'

const repositoryRoot = resolve(import.meta.dirname, '../../..')
const reports = process.env['TOKENWARD_REPORTS'] ?? resolve(repositoryRoot, 'reports')
const packageFolder = basename(process.cwd())

// Node warns on stderr when both are set, and tests of commands compare what was printed there.
if (process.env['NO_COLOR'] !== undefined) delete process.env['FORCE_COLOR']

/** The configuration of every package. The summary of a whole run reads the JSON results. */
export const sharedConfig: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    env: { TOKENWARD_REPORTS: reports },
    reporters: [
      'default',
      new FailWithoutMatch(),
      ['json', { outputFile: resolve(reports, 'tests', `${packageFolder}.json`) }],
    ],
    // Long enough for a busy machine: the limits only end tests that hang.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
}
