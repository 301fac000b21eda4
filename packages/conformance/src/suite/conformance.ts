import { cases } from '../cases/all.ts'
import type { CaseLevel, SuiteEntry } from './case.ts'
import type { ConformanceOptions } from './options.ts'
import { Run } from './run.ts'
import { hooksOf } from './runner.ts'

const levels: readonly CaseLevel[] = ['adapter', 'engine']

/** Registers every case with the runner: one case, one test. */
export function conformance(options: ConformanceOptions): void {
  register(options, cases)
}

export function register(options: ConformanceOptions, entries: readonly SuiteEntry[]): void {
  const { describe, test, first, last } = hooksOf(options.runner)
  const run = new Run(options, entries)
  describe(`conformance${options.name ? ` ${options.name}` : ''}`, () => {
    first(() => run.start())
    last(() => run.end())
    for (const level of levels) {
      describe(level, () => {
        for (const entry of entries.filter((e) => e.level === level)) {
          test(entry.name, run.timeout, (context) => run.runEntry(entry, context))
        }
      })
    }
  })
}
