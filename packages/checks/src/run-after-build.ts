import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { packagesFolder } from './paths.ts'
import { succeeds } from './run-command.ts'
import { listPackages, runtimePackages } from './workspace-packages.ts'

// `node run-after-build.ts demo` builds what the demo needs to run, then runs its `src/main.ts`.
// `node run-after-build.ts demo/web` runs `src/web/main.ts`.
const [program = '', ...programArguments] = process.argv.slice(2)
const [folder, ...part] = program.split('/')
if (!folder) throw new Error('Usage: run-after-build.ts FOLDER[/PART] [ARGUMENT]...')

// `--only`: not what the tests of these packages need.
const needed = runtimePackages(listPackages(), `@tokenward/${folder}`)
const filters = [...needed].map((name) => `--filter=${name}`)
const built = succeeds('turbo', ['run', 'build', '--only', ...filters], {
  environment: { TURBO_TELEMETRY_DISABLED: '1' },
  quiet: true,
})
if (!built) process.exit(1)

const main = join(packagesFolder, folder, 'src', ...part, 'main.ts')
const child = spawn(process.execPath, [main, ...programArguments], { stdio: 'inherit' })
// A program that runs until it is stopped ends in its own way, also where only this process gets the signal.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
const [status] = (await once(child, 'exit')) as [number | null]
process.exitCode = status ?? 1
