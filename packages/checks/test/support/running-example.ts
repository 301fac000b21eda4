import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { manifestOf, scriptEnvironment } from './installed-examples.ts'

/** The address that the examples assume for browsers, whatever their port is. */
export const ORIGIN = 'http://localhost:3000'

export interface RunningExample {
  /** Its address, as it printed it. */
  readonly url: string
  /** Sends a request. An object is sent as JSON. */
  readonly send: (path: string, init?: Sent) => Promise<Response>
  /** @returns the exit code, and everything that it printed */
  readonly stop: () => Promise<{ readonly exitCode: number | null; readonly output: string }>
}

export interface Sent {
  readonly method?: string
  readonly json?: object
  readonly form?: Readonly<Record<string, string>>
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Starts an example by its script `start`, on a free port. */
export async function startExample(folder: string): Promise<RunningExample> {
  // `exec`: signals reach the application and not the shell.
  const child = spawn('sh', ['-c', `exec ${manifestOf(basename(folder)).scripts?.['start']}`], {
    cwd: folder,
    env: { ...process.env, ...scriptEnvironment(folder), PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close') as Promise<[number | null]>
  let output = ''
  const address = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const port = /http:\/\/[^\s"/]+:([1-9]\d*)/.exec(output)?.[1]
        if (port !== undefined) resolve(`http://localhost:${port}`)
      })
    }
  })
  const url = await Promise.race([
    address,
    ended.then(() => Promise.reject(new Error(`It ended without an address:\n${output}`))),
  ])
  return {
    url,
    send: (path, sent = {}) => fetch(`${url}${path}`, toRequest(sent)),
    async stop() {
      child.kill('SIGTERM')
      const [exitCode] = await ended
      return { exitCode, output }
    },
  }
}

function toRequest({ json, form, token, headers = {}, method }: Sent): RequestInit {
  const body = json === undefined ? form && new URLSearchParams(form) : JSON.stringify(json)
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    // A new connection for each request: none is left that an example would wait for when it is stopped.
    headers: {
      connection: 'close',
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  }
}

/** Destroys the file of the store while the example runs: what it reads from now on is no database. */
export function destroyStore(folder: string): void {
  const [file = ''] = globSync('data/*.db', { cwd: folder })
  const database = new DatabaseSync(join(folder, file))
  // Moves everything from the log into the file, and makes the example drop the pages that it has in memory.
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
  writeFileSync(join(folder, file), Buffer.alloc(65_536, 'not a database '), { flag: 'r+' })
}
