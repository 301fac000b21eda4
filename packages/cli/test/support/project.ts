import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import {
  createTokenward,
  generateKeys,
  prepare,
  type SigningKeys,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'
import { expect, onTestFinished } from 'vitest'

export const ISSUER = 'https://api.example.com'
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url))

/** Resets what the test runner has set, and keeps compiled code between runs. */
const ENVIRONMENT = {
  NODE_OPTIONS: '',
  NODE_PATH: '',
  NO_COLOR: '',
  NODE_COMPILE_CACHE: join(PACKAGE, 'node_modules/.cache/compiled'),
}

export interface Run {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
  /** The output of `--json`, parsed. */
  readonly json: never
}

export interface RunOptions {
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** A user's project in a temporary folder: installed packages, keys, a pepper, an SQLite file. */
export class Project {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-cli-')))
  readonly keys: SigningKeys
  readonly pepper: Uint8Array = new TextEncoder().encode('canary-pepper-'.repeat(3))
  /** No run may print these, on either stream. */
  readonly secrets: string[] = ['canary']

  constructor(keys: SigningKeys) {
    this.keys = keys
    this.secrets.push(String(keys[0]['d']))
    this.write('package.json', '{ "type": "module", "private": true }')
    this.write('keys.json', JSON.stringify({ keys }))
    writeFileSync(join(this.folder, 'pepper.bin'), this.pepper)
    for (const name of ['core', 'memory', 'postgres', 'sqlite']) this.install(name)
  }

  get options(): TokenwardOptions {
    return {
      issuer: ISSUER,
      keys: this.keys,
      repository: sqlite(join(this.folder, 'tokens.db')),
      pepper: this.pepper,
      deadline: '60s', // A process may wait long for its turn on a busy machine.
    }
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), content)
  }

  /** Plays the application, which uses the same store. */
  async withTokenward<T>(
    work: (instance: Tokenward) => Promise<T>,
    more: Partial<TokenwardOptions> = {},
  ): Promise<T> {
    const options = { ...this.options, ...more }
    await prepare(options)
    const instance = await createTokenward(options)
    try {
      return await work(instance)
    } finally {
      await instance.close()
    }
  }

  async run(
    args: readonly string[],
    { input = '', environment = {} }: RunOptions = {},
  ): Promise<Run> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...ENVIRONMENT, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.on('error', () => undefined) // Some commands do not read it.
    child.stdin.end(input)
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)])
    for (const secret of this.secrets) {
      // Compares booleans, because a failure must not print the secret.
      expect(out.includes(secret), 'a secret on stdout').toBe(false)
      expect(err.includes(secret), 'a secret on stderr').toBe(false)
    }
    const printed = args.includes('--json') ? out || err : ''
    const json = printed === '' ? undefined : JSON.parse(printed)
    return { exitCode: child.exitCode, out, err, json: json as never }
  }

  private install(name: string): void {
    mkdirSync(this.path('node_modules/@tokenward'), { recursive: true })
    const from = realpathSync(join(PACKAGE, 'node_modules/@tokenward', name))
    symlinkSync(from, this.path(`node_modules/@tokenward/${name}`))
  }
}

/** The options for the store of a project. */
export const STORE: readonly string[] = ['--store', 'tokens.db', '--pepper-file', 'pepper.bin']

/** Removed when the test ends. */
export async function project(): Promise<Project> {
  const made = new Project(await generateKeys())
  onTestFinished(() => rmSync(made.folder, { recursive: true, force: true }))
  return made
}

/** Installs an adapter. `factory` is the body of its factory function, with `address` and `options`. */
export function installFake(it: Project, name: string, factory: string): void {
  const folder = `node_modules/@tokenward/${name}`
  const manifest = { name: `@tokenward/${name}`, type: 'module', exports: './index.js' }
  it.write(`${folder}/package.json`, JSON.stringify(manifest))
  it.write(
    `${folder}/index.js`,
    `import { memory } from '@tokenward/memory'\nexport function ${name}(address, options) {${factory}}\n`,
  )
}

export const CONFIG: string = `
import { readFileSync } from 'node:fs'
import type { SigningKeys, TokenwardOptions } from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'

const { keys } = JSON.parse(readFileSync('keys.json', 'utf8')) as { keys: SigningKeys }
const options: TokenwardOptions = {
  issuer: '${ISSUER}',
  keys,
  repository: sqlite('tokens.db'),
  pepper: new Uint8Array(readFileSync('pepper.bin')),
  deadline: '30s',
}
export default options
`

async function ended(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}
