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
const VERSION = '' as string
/** In characters: what a program that ends too early had to say. */
const MAX_OUTPUT_LENGTH = 4_000

/**
 * Its data is in the folder. Make acknowledged writes durable here, where that is not the default. The suite has
 * 64 instances at once, so the server must take 500 connections.
 */
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
  let { server, assertRuns } = run(port, folder)
  const kill = async () => {
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
  }
  await untilReady(url, assertRuns)
  return {
    url,
    server: { name: 'my-store', version: VERSION, standIn: false },
    kill,
    async start() {
      ;({ server, assertRuns } = run(port, folder))
      await untilReady(url, assertRuns)
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Running {
  readonly server: ChildProcess
  /** @throws Error with the last messages of the program, where it could not start or has ended */
  readonly assertRuns: () => void
}

function run(port: number, folder: string): Running {
  const server = spawn(PROGRAM, argumentsOf(port, folder), { stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  server.once('exit', () => process.removeListener('exit', kill))
  let output = ''
  const keep = (text: string) => {
    output = (output + text).slice(-MAX_OUTPUT_LENGTH)
  }
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding('utf8').on('data', keep)
  let failure: Error | undefined
  server.once('error', (error) => {
    failure = error
  })
  const assertRuns = () => {
    if (failure) throw new Error(`${PROGRAM} does not start: is it installed?`, { cause: failure })
    if (server.exitCode === null && server.signalCode === null) return
    throw new Error(`${PROGRAM} ended (${server.exitCode ?? server.signalCode}): ${output}`)
  }
  return { server, assertRuns }
}
