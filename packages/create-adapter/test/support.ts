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

/** Gone when the test is over; outside the repository, so that a killed test leaves nothing in it. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An adapter just laid down, in a repository that is only as much as it needs, and installed. */
export class NewAdapter {
  readonly name: string
  readonly folder: string
  readonly #signal: AbortSignal
  readonly #root: string = temporaryFolder()

  /** @param signal of the test: ends what it started */
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

  /** Puts a file in the place of the one that was laid down. */
  replace(file: string, by: string): void {
    cpSync(by, join(this.folder, file))
  }

  /** What the type-checker says: nothing, when all is well. */
  typeCheck(): Promise<string> {
    return this.#complaints(process.execPath, [
      join(own, 'node_modules/typescript/bin/tsc'),
      ...['--pretty', 'false'],
    ])
  }

  lint(): Promise<string> {
    return this.#complaints('biome', ['ci', '--colors=off', '.'])
  }

  async conformance(): Promise<Report> {
    const vitest = join(own, 'node_modules/vitest/vitest.mjs')
    await this.#run(process.execPath, [vitest, 'run'])
    const file = join(this.#root, 'reports/conformance', `${this.name}.json`)
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  }

  async #complaints(command: string, commandArguments: readonly string[]): Promise<string> {
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
          // It is the template that is tried here, not how well a map stands races.
          TOKENWARD_ROUNDS: '5',
        },
      },
    })
    return { exitCode, output: `${stdout}${stderr}` }
  }
}
