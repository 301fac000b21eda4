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

/** What another tool set is not for this one; what was compiled once need not be again. */
const QUICK = {
  NODE_OPTIONS: '',
  NODE_PATH: '',
  NO_COLOR: '',
  NODE_COMPILE_CACHE: join(PACKAGE, 'node_modules/.cache/compiled'),
}

export interface Run {
  readonly exitCode: number | null
  readonly out: string
  readonly err: string
  /** What `--json` printed. */
  readonly json: never
}

export interface RunOptions {
  readonly input?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** A user's project in a folder of its own: packages installed, keys, a pepper, an SQLite file. */
export class Project {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-cli-')))
  readonly keys: SigningKeys
  readonly pepper: Uint8Array = new TextEncoder().encode('canary-pepper-'.repeat(3))
  /** What no run may print, on either stream. */
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
      deadline: '60s', // On a busy machine a process may not get its turn for long.
    }
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(name: string, content: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), content)
  }

  /** The application's own process, as it were. */
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
      env: { ...process.env, ...QUICK, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.on('error', () => undefined) // Not every command reads it.
    child.stdin.end(input)
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)])
    for (const secret of this.secrets) {
      // The booleans, so that a failure does not print what it is about.
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

/** Of the source that every test starts from; the store's options for it. */
export const STORE: readonly string[] = ['--store', 'tokens.db', '--pepper-file', 'pepper.bin']

/** Gone when the test is over. */
export async function project(): Promise<Project> {
  const made = new Project(await generateKeys())
  onTestFinished(() => rmSync(made.folder, { recursive: true, force: true }))
  return made
}

/** An adapter that nobody published: `factory` is the body of its factory, given `address`. */
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
import type { Keys, TokenwardOptions } from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'

const { keys } = JSON.parse(readFileSync('keys.json', 'utf8')) as { keys: Keys }
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
