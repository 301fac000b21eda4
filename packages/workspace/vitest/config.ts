import { basename, resolve } from 'node:path'
import type { ViteUserConfig } from 'vitest/config'
import { Matched } from './matched.ts'

const repositoryRoot = resolve(import.meta.dirname, '../../..')
const reports = process.env['TOKENWARD_REPORTS'] ?? resolve(repositoryRoot, 'reports')
const packageFolder = basename(process.cwd())

// Where both are set, Node warns on stderr, and tests of commands look at what those say there.
if (process.env['NO_COLOR'] !== undefined) delete process.env['FORCE_COLOR']

/** One setting for every package; results go where the merge of the whole run looks for them. */
export const sharedConfig: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    env: { TOKENWARD_REPORTS: reports },
    reporters: [
      'default',
      new Matched(),
      ['json', { outputFile: resolve(reports, 'tests', `${packageFolder}.json`) }],
    ],
    // No test needs a quiet machine: these end what hangs, and nothing that is only slow.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
}
