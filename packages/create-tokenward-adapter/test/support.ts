import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Report } from '@tokenward/conformance'
import { x } from 'tinyexec'
import { onTestFinished } from 'vitest'
import { createAdapter } from '../src/create-adapter.ts'

const own = resolve(import.meta.dirname, '..')
const repository = resolve(own, '../..')

/** Deleted after the test; outside the repository, because a killed test leaves it behind. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new adapter, installed in a minimal copy of the repository. */
export class NewAdapter {
  readonly name: string
  readonly folder: string
  readonly #signal: AbortSignal
  readonly #root: string = temporaryFolder()

  /** @param signal of the test: ends the processes that were started */
  constructor(name: string, signal: AbortSignal) {
    this.#signal = signal
    const packages = join(this.#root, 'packages')
    this.name = name
    this.folder = join(packages, name)
    mkdirSync(packages)
    createAdapter(name, packages)
    symlinkSync(join(repository, 'packages/config'), join(packages, 'config'))
    symlinkSync(join(own, 'node_modules'), join(this.folder, 'node_modules'))
    for (const file of ['.biome.json', '.gitignore']) {
      cpSync(join(repository, file), join(this.#root, file))
    }
  }

  /** Replaces a file of the adapter. */
  replace(file: string, by: string): void {
    cpSync(by, join(this.folder, file))
  }

  /** The output of the type checker; empty where there is no error. */
  typeCheck(): Promise<string> {
    return this.#errors(process.execPath, [
      join(own, 'node_modules/typescript/bin/tsc'),
      ...['--pretty', 'false'],
    ])
  }

  lint(): Promise<string> {
    return this.#errors('biome', ['ci', '--colors=off', '.'])
  }

  async conformance(): Promise<Report> {
    const vitest = join(own, 'node_modules/vitest/vitest.mjs')
    await this.#run(process.execPath, [vitest, 'run'])
    const file = join(this.#root, 'reports/conformance', `${this.name}.json`)
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  }

  async #errors(command: string, commandArguments: readonly string[]): Promise<string> {
    const { exitCode, output } = await this.#run(command, commandArguments)
    return exitCode === 0 ? '' : output
  }

  async #run(command: string, commandArguments: readonly string[]) {
    const { exitCode, stdout, stderr } = await x(command, [...commandArguments], {
      signal: this.#signal,
      nodeOptions: {
        cwd: this.folder,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          TOKENWARD_REPORTS: join(this.#root, 'reports'),
          // This tests the template, and not how well a map does in races.
          TOKENWARD_ROUNDS: '5',
        },
      },
    })
    return { exitCode, output: `${stdout}${stderr}` }
  }
}
