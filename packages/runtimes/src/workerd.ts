import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { build, type Plugin } from 'esbuild'
import type { CasesRequest } from './inside/run-cases.ts'
import { programOf } from './install.ts'
import { cacheFolder, packagesFolder } from './paths.ts'
import { type RunResult, resultOf } from './run-result.ts'

const COMPATIBILITY_DATE = '2026-11-01'

/** Modules that the suite imports; the core of Tokenward needs none. */
const NODE_MODULES = [
  'enable_nodejs_child_process_module',
  'enable_nodejs_vm_module',
  'enable_nodejs_v8_module',
]

/** workerd has no files: the bundle has the repository of memory in place of a module by its address. */
const withRepository: Plugin = {
  name: 'repository',
  setup: ({ onLoad, onResolve }) => {
    const path = join(packagesFolder, 'memory/test/server.ts')
    onResolve({ filter: /^tokenward:memory$/ }, () => ({ path }))
    onLoad({ filter: /harness\/load-repository\.js$/ }, () => ({
      contents: `import repository from ${JSON.stringify(join(packagesFolder, 'memory/test/repository.ts'))}
        export const loadRepositoryFactory = async () => repository`,
      resolveDir: packagesFolder,
    }))
  },
}

/** Serves a bundled worker, and ends it when `work` has settled. */
export async function withWorker<T>(
  entry: string,
  flags: readonly string[],
  work: (url: string) => Promise<T>,
): Promise<T> {
  const folder = cacheFolder(`workers/${entry}`)
  mkdirSync(folder, { recursive: true })
  await build({
    entryPoints: [join(packagesFolder, 'runtimes', entry)],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    external: ['node:*'],
    conditions: ['workerd'],
    outfile: join(folder, 'worker.js'),
    logLevel: 'error',
    plugins: [withRepository],
  })
  writeFileSync(join(folder, 'config.capnp'), configOf(flags))
  const child = spawn(
    programOf('workerd'),
    ['serve', '--control-fd=3', '--socket-addr=http=127.0.0.1:0', 'config.capnp'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] },
  )
  const errors: string[] = []
  child.stderr?.on('data', (text) => errors.push(String(text)))
  const ended = once(child, 'exit')
  try {
    const port = await Promise.race([portOf(child.stdio[3] as Readable), ended.then(() => null)])
    if (port === null) throw new Error(`workerd ended: ${errors.join('')}`)
    return await work(`http://127.0.0.1:${port}/`)
  } catch (cause) {
    throw new Error(`${cause}\n${errors.join('').slice(0, 4_000)}`, { cause })
  } finally {
    child.kill()
    await ended
  }
}

export function runInWorkerd(request: CasesRequest): Promise<RunResult> {
  return withWorker('src/inside/worker.ts', NODE_MODULES, async (url) => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) })
    const text = await response.text()
    return resultOf(text, response.ok ? '' : `status ${response.status}: ${text}`)
  }).catch((error: unknown) => ({ outcomes: [], problem: String(error) }))
}

/** The port that it has chosen, as it reports on its control channel. */
async function portOf(control: Readable): Promise<number> {
  for await (const line of createInterface({ input: control })) {
    const { event, port } = JSON.parse(line) as { readonly event: string; readonly port: number }
    if (event === 'listen') return port
  }
  throw new Error('workerd did not listen.')
}

function configOf(flags: readonly string[]): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "${COMPATIBILITY_DATE}",
  compatibilityFlags = ${JSON.stringify(flags)},
);
`
}
