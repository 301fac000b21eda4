import { adapterNames } from './adapters.ts'
import { clearReports, runStep } from './run-step.ts'
import { summarize } from './summary.ts'
import { listPackages } from './workspace-packages.ts'

// `--full` runs every round of the plan, which takes hours. The suite prints its progress.
if (process.argv.includes('--full')) process.env['TOKENWARD_FULL'] = '1'

clearReports()
const built = runStep('build', 'turbo', ['run', 'build'])
/** The suite's own tests, and the simulation, which tests core in the same way. */
const suite = ['conformance', 'simulation']
const folders = [...suite, ...adapterNames]

summarize({
  packages: listPackages().filter(({ folder }) => folders.includes(folder)),
  // Every package runs, also after a failure. The other tests of the adapters are not part of the suite.
  testsSucceeded: [
    ...suite.map((folder) => runTests(folder, [])),
    ...adapterNames.map((name) => runTests(name, ['conformance.test', 'known-bad.test'])),
  ].every((succeeded) => succeeded),
  steps: { build: built },
})

function runTests(folder: string, files: readonly string[]): boolean {
  const vitest = ['vitest', 'run', ...files]
  return runStep(folder, 'pnpm', [`--filter=@tokenward/${folder}`, 'exec', ...vitest])
}
