import { countCommits } from './count-commits.ts'
import { clearReports, runStep, useColor } from './run-step.ts'
import { runTests } from './run-tests.ts'
import { summarize } from './summary.ts'
import { listPackages } from './workspace-packages.ts'

const buildFirst = ['--continue=dependencies-successful', '--log-order=grouped']

// Chooses the samples of the conformance suite: the runs of consecutive commits have all cases in turn.
process.env['TOKENWARD_RUN'] ??= process.env['GITHUB_RUN_NUMBER'] ?? countCommits()

clearReports()
const steps = {
  lint: runStep('lint', 'biome', ['ci', ...(useColor ? [] : ['--colors=off'])]),
  build: runStep('build', 'turbo', ['run', 'build', ...buildFirst]),
  'type-check': runStep('check', 'turbo', ['run', 'check', ...buildFirst]),
}
const packages = listPackages().filter(({ manifest }) => manifest.scripts?.['test'] !== undefined)
const testsSucceeded = await runTests(packages)

summarize({ packages, testsSucceeded, steps })
