import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerHandle } from '@tokenward/conformance'
import { todo } from '../src/todo.ts'
import { Program } from './program.ts'
import { freePort, untilListening, untilReady } from './ready.ts'

/** TODO 1: the program and its version. The workflow must install the same one. */
const PROGRAM = '' as string
const VERSION = '' as string
/** Beside the variables of this process. */
const ENVIRONMENT: Record<string, string> = {}

/**
 * Its data is in the folder. Make acknowledged writes durable here, where that is not the default. The suite has
 * 64 instances at once, so the server must take 500 connections.
 */
function argumentsOf(port: number, folder: string): readonly string[] {
  return ['--port', String(port), '--dir', folder]
}

/** Runs once, before the first start: `initdb`, `mariadb-install-db`, a file of settings in the folder. */
async function prepareFolder(_folder: string): Promise<void> {}

function urlOf(address: string): string {
  return `my-store://${address}`
}

/**
 * Starts a server on a free port, without data. Further members enable more cases: `snapshot`, `wipe`,
 * `drop`, `damage` (overwrite the body, leave etag and createdAt), `callerOwned`, and so on.
 */
export async function startMyStore(): Promise<ServerHandle> {
  if (!PROGRAM) throw todo(1, 'test/server.ts: set PROGRAM, VERSION and what the program needs')
  const folder = await mkdtemp(join(tmpdir(), 'my-store-'))
  const port = await freePort()
  const url = urlOf(`127.0.0.1:${port}`)
  const program = new Program(PROGRAM, argumentsOf(port, folder), ENVIRONMENT)
  const start = async () => {
    program.start()
    await untilListening(port, () => program.assertRuns())
    await untilReady(url, () => program.assertRuns())
  }
  const stop = async () => {
    await program.kill()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await prepareFolder(folder)
    await start()
  } catch (error) {
    await stop()
    throw error
  }
  const server = { name: 'my-store', version: VERSION, standIn: false }
  return { url, server, kill: () => program.kill(), start, stop }
}
