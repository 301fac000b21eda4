import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { reportsFolder } from './paths.ts'
import { succeeds } from './run-command.ts'

/** Tools print to a pipe and cannot tell whether the output ends up in a terminal. */
export const useColor: boolean =
  process.env['NO_COLOR'] === undefined &&
  (process.stdout.isTTY || process.env['FORCE_COLOR'] !== undefined)

/** For the tools that a run starts. */
export const toolEnvironment: Readonly<Record<string, string>> = {
  TOKENWARD_REPORTS: reportsFolder,
  TURBO_TELEMETRY_DISABLED: '1',
  ...(useColor ? {} : { NO_COLOR: '1' }),
}

/** Runs a tool under a heading. */
export function runStep(
  name: string,
  command: string,
  commandArguments: readonly string[],
): boolean {
  console.log(`\n── ${name}`)
  return succeeds(command, commandArguments, { environment: toolEnvironment })
}

/** Deletes the results of earlier runs, which would be counted as results of this one. */
export function clearReports(): void {
  rmSync(reportsFolder, { recursive: true, force: true })
  mkdirSync(join(reportsFolder, 'conformance'), { recursive: true })
}
