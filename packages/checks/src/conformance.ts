import { adaptersOf } from './conformance-report.ts'
import { clearReports, step } from './run-step.ts'
import { conclude } from './summary.ts'
import { listPackages } from './workspace-packages.ts'

/** `--full`: all rounds of the plan, which takes long; the suite says where it is. */
if (process.argv.includes('--full')) process.env['TOKENWARD_FULL'] = '1'

clearReports()
const all = listPackages()
const adapters = adaptersOf(all)
const built = step('build', 'turbo', ['run', 'build'])

/** The adapters' other tests have nothing to say about the suite. */
const ran = adapters.map((folder) => run(folder, ['conformance.test', 'known-bad.test']))
const packages = all.filter(({ folder }) => folder === 'conformance' || adapters.includes(folder))

conclude({
  packages,
  testsSucceeded: [run('conformance', []), ...ran].every((succeeded) => succeeded),
  checks: { build: built },
})

function run(folder: string, files: readonly string[]): boolean {
  const vitest = ['vitest', 'run', ...files]
  return step(folder, 'pnpm', [`--filter=@tokenward/${folder}`, 'exec', ...vitest])
}
