import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerHandle } from '@tokenward/conformance'
import { todo } from '../src/todo.ts'
import { freePort, untilReady } from './ready.ts'

/** TODO 1: the program and its version. The workflow must install the same one. */
const PROGRAM = '' as string
const VERSION = ''

/** Its data is in the folder. Make acknowledged writes durable here, where that is not the default. */
function argumentsOf(port: number, folder: string): readonly string[] {
  return ['--port', String(port), '--dir', folder]
}

function urlOf(address: string): string {
  return `my-store://${address}`
}

/**
 * Starts a server on a free port, without data. Further members enable more cases: `snapshot`, `wipe`,
 * `drop`, `damage`, `callerOwned`, and so on.
 */
export async function startMyStore(): Promise<ServerHandle> {
  if (!PROGRAM) throw todo(1, 'test/server.ts: set PROGRAM, VERSION and what the program needs')
  const folder = await mkdtemp(join(tmpdir(), 'my-store-'))
  const port = await freePort()
  const url = urlOf(`127.0.0.1:${port}`)
  let server = run(port, folder)
  const kill = async () => {
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
  }
  await untilReady(url)
  return {
    url,
    server: { name: 'my-store', version: VERSION, standIn: false },
    kill,
    async start() {
      server = run(port, folder)
      await untilReady(url)
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function run(port: number, folder: string): ChildProcess {
  const server = spawn(PROGRAM, argumentsOf(port, folder), {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  server.once('exit', () => process.removeListener('exit', kill))
  return server
}
