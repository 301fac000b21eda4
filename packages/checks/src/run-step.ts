import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { reportsFolder } from './paths.ts'
import { succeeds } from './run-command.ts'

// The tools cannot see whether a person reads along.
export const colourful: boolean =
  process.env['NO_COLOR'] === undefined &&
  (process.stdout.isTTY || process.env['FORCE_COLOR'] !== undefined)

const environment = {
  TOKENWARD_REPORTS: reportsFolder,
  TURBO_TELEMETRY_DISABLED: '1',
  ...(colourful ? {} : { NO_COLOR: '1' }),
}

/** Runs a tool under a heading. */
export function step(name: string, command: string, commandArguments: readonly string[]): boolean {
  console.log(`\n── ${name}`)
  return succeeds(command, commandArguments, { environment })
}

/** Results of an earlier run must never be taken for those of this one. */
export function clearReports(): void {
  rmSync(reportsFolder, { recursive: true, force: true })
  mkdirSync(join(reportsFolder, 'conformance'), { recursive: true })
}
