import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installKeycloak } from './install.ts'
import { realm } from './realm.ts'

const START_TIMEOUT_MS = 20 * 60_000
const LAST_LINES = 40

export const ADMIN = { username: 'admin', password: 'interop' }

/** A Keycloak of its own on a free port, whose data is deleted with it. */
export class KeycloakServer implements AsyncDisposable {
  readonly url: string
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url
    this.#process = child
    this.#folder = folder
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
    process.once('exit', () => this.#kill())
  }

  /** @param logoutUrl where it sends logout tokens of the client */
  static async start(logoutUrl: string): Promise<KeycloakServer> {
    const installed = await installKeycloak()
    const folder = mkdtempSync(join(tmpdir(), 'tokenward-keycloak-'))
    cpSync(installed, folder, { recursive: true })
    mkdirSync(join(folder, 'data/import'), { recursive: true })
    writeFileSync(join(folder, 'data/import/realm.json'), JSON.stringify(realm(logoutUrl)))
    const port = await freePort()
    const args = [
      'start-dev',
      '--import-realm',
      '--http-host',
      '127.0.0.1',
      '--http-port',
      `${port}`,
    ]
    const child = spawn(join(folder, 'bin/kc.sh'), args, {
      env: {
        ...process.env,
        KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
        KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
        // It runs for a minute: a fast start is worth more than fast code.
        JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
      // The script starts Java as a child: a group of their own lets both be ended.
      detached: true,
    })
    const server = new KeycloakServer(`http://127.0.0.1:${port}`, child, folder)
    try {
      await started(child)
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#kill()) await once(this.#process, 'exit')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Whether it was running. */
  #kill(): boolean {
    const { pid, exitCode, signalCode } = this.#process
    if (pid === undefined || exitCode !== null || signalCode !== null) return false
    return process.kill(-pid)
  }
}

/** Waits for the line that reports the start. */
async function started(child: ChildProcess): Promise<void> {
  const lines: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const fail = (why: string) => reject(new Error([`Keycloak ${why}:`, ...lines].join('\n')))
  const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS)
  child.once('exit', () => fail('exited'))
  if (child.stdout === null) throw new Error('Keycloak has no output.')
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    if (lines.length > LAST_LINES) lines.shift()
    if (/Keycloak [\d.]+ .*started in/.test(line)) resolve()
  })
  await promise.finally(() => clearTimeout(timer))
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port is free.')
  return address.port
}
