import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServerHandle } from '../../src/index.ts'
import type { StoreOptions } from './line-store.ts'

const module = new URL('./line-process.ts', import.meta.url)

/** A real server behind a real network, in a separate process that can be killed. */
export async function startLineServer(options: StoreOptions = {}): Promise<ServerHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-lines-'))
  const run = (port: number) => startProcess(join(folder, 'records'), port, options)
  let { child, port } = await run(0)
  const kill = async () => {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  const urlOf = (account: string) => `line://${account}@127.0.0.1:${port}/records`
  return {
    url: urlOf('root'),
    server: { name: 'lines of JSON', version: '1', standIn: false },
    pooled: true,
    kill,
    start: async () => {
      ;({ child, port } = await run(port))
    },
    setClock: async (offset) => {
      child.send(offset)
      await once(child, 'message')
    },
    accounts: async () => ({
      verify: urlOf('verify'),
      write: urlOf('write'),
      prune: urlOf('prune'),
      migrate: urlOf('migrate'),
    }),
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) await kill()
      await rm(folder, { recursive: true })
    },
  }
}

export default (): Promise<ServerHandle> => startLineServer()

async function startProcess(
  file: string,
  port: number,
  options: StoreOptions,
): Promise<{ child: ChildProcess; port: number }> {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...env } = process.env
  const args = [file, String(port), JSON.stringify(options)]
  const child = fork(module, args, { execArgv: [], env })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the server of lines ended by ${code}`)
  })
  ended.catch(() => undefined)
  const [listening] = (await Promise.race([once(child, 'message'), ended])) as [number]
  return { child, port: listening }
}
