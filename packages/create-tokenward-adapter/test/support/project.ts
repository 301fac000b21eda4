import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Report } from '@tokenward/conformance'
import { x } from 'tinyexec'

const own = resolve(import.meta.dirname, '../..')

/** A program of this package: the new projects use the same versions. */
export function program(path: string): string {
  return join(own, 'node_modules', path)
}

export interface Output {
  readonly exitCode: number | undefined
  readonly output: string
}

export async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Output> {
  const { exitCode, stdout, stderr } = await x(command, [...args], {
    nodeOptions: { cwd, stdio: ['ignore', 'pipe', 'pipe'], env },
  })
  return { exitCode, output: `${stdout}${stderr}` }
}

/** The output of the type checker; empty where there is no error. */
export async function typeCheck(folder: string): Promise<string> {
  const { exitCode, output } = await run(
    process.execPath,
    [program('typescript/bin/tsc'), '--pretty', 'false'],
    folder,
  )
  return exitCode === 0 ? '' : output
}

/** Runs the suite of a project, as `npm test` does. */
export async function conformance(
  folder: string,
  name: string,
): Promise<Output & { report: Report }> {
  const reports = join(folder, 'reports')
  const result = await run(process.execPath, [program('vitest/vitest.mjs'), 'run'], folder, {
    TOKENWARD_REPORTS: reports,
    // This tests the template, and not how well a map does in races.
    TOKENWARD_ROUNDS: '5',
    NO_COLOR: '1',
  })
  const file = join(reports, 'conformance', `${name}.json`)
  return { ...result, report: JSON.parse(readFileSync(file, 'utf8')) as Report }
}
