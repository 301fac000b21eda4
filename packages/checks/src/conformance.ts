import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { adapterNames } from './adapters.ts'
import { packagesFolder } from './paths.ts'
import { clearReports, runStep } from './run-step.ts'
import { summarize } from './summary.ts'
import { listPackages } from './workspace-packages.ts'

// `--full` runs every round of the plan, which takes hours. The suite prints its progress.
if (process.argv.includes('--full')) process.env['TOKENWARD_FULL'] = '1'
// `--lease` runs the whole suite on instances with a lease, and nothing else.
const underLease = process.argv.includes('--lease')
if (underLease) process.env['TOKENWARD_LEASE'] = '1'

clearReports()
const built = runStep('build', 'turbo', ['run', 'build'])
/** The suite's own tests, and the simulation, which tests core in the same way. */
const suite = underLease ? [] : ['conformance', 'simulation']
const adapters = underLease ? adapterNames.filter(hasLeaseTest) : adapterNames
const files = underLease ? ['lease.conformance.test'] : ['conformance.test', 'known-bad.test']
const folders = [...adapters, ...suite]

summarize({
  packages: listPackages().filter(({ folder }) => folders.includes(folder)),
  // Every package runs, also after a failure. The other tests of the adapters are not part of the suite.
  testsSucceeded: [
    ...adapters.map((name) => runTests(name, files)),
    ...suite.map((folder) => runTests(folder, [])),
  ].every((succeeded) => succeeded),
  steps: { build: built },
})

function runTests(folder: string, files: readonly string[]): boolean {
  const vitest = ['vitest', 'run', ...files]
  return runStep(folder, 'pnpm', [`--filter=@tokenward/${folder}`, 'exec', ...vitest])
}

function hasLeaseTest(adapter: string): boolean {
  return existsSync(join(packagesFolder, adapter, 'test/lease.conformance.test.ts'))
}
