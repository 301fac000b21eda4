import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { packagesFolder } from './paths.ts'
import { succeeds } from './run-command.ts'

// `node run-after-build.ts demo` builds the dependencies of the demo, then runs its `src/main.ts`.
const [folder, ...programArguments] = process.argv.slice(2)
if (folder === undefined) throw new Error('Usage: run-after-build.ts FOLDER [ARGUMENT]...')

const built = succeeds('turbo', ['run', 'build', `--filter=@tokenward/${folder}^...`], {
  environment: { TURBO_TELEMETRY_DISABLED: '1' },
  quiet: true,
})
if (!built) process.exit(1)

const program = join(packagesFolder, folder, 'src/main.ts')
const result = spawnSync(process.execPath, [program, ...programArguments], { stdio: 'inherit' })
process.exitCode = result.status ?? 1
