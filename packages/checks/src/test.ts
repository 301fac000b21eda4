import { clearReports, colourful, step } from './run-step.ts'
import { conclude } from './summary.ts'
import { listPackages } from './workspace-packages.ts'

const buildFirst = ['--continue=dependencies-successful', '--log-order=grouped']

clearReports()
const checks = {
  lint: step('lint', 'biome', ['ci', ...(colourful ? [] : ['--colors=off'])]),
  build: step('build', 'turbo', ['run', 'build', ...buildFirst]),
  'type-check': step('check', 'turbo', ['run', 'check', ...buildFirst]),
}
// Three packages at a time, however few the cores: most tests wait,
// for servers, disks and deadlines.
const testsSucceeded = step('test', 'turbo', ['run', 'test', '--concurrency=3', ...buildFirst])

conclude({
  packages: listPackages().filter(({ manifest }) => manifest.scripts?.['test'] !== undefined),
  testsSucceeded,
  checks,
})
