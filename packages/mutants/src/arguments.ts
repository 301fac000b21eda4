import { parseArgs } from 'node:util'
import { type StatementStore, statementStores } from './statements/stores.ts'

export const usage = `Usage: pnpm mutants [core | sqlite | postgres | redis]... [OPTION]...
Changes core, or the statements of adapters, in one place at a time, and reports what no test notices.

  --only FOLDER|FILE   only mutants of this part of the sources, as decision or decision/decide.ts
  --changed REV        only mutants of lines that were changed since this commit
  --tests GLOB         only these unit tests of core, as decide* (may be repeated)
  --slowest MS         leave out tests of core that take longer, and cases of the suite that take ten times
                       as long (default: 1000); give more on a busy machine
  --no-suite           do not run the conformance suite, only the tests of the package
  --isolated           judge also what needs a process of its own, such as what runs at import; slow
  --again              try again what earlier runs killed
  --report             run nothing: report what earlier runs found`

export interface Arguments {
  readonly targets: readonly ('core' | StatementStore)[]
  readonly only: string | undefined
  readonly changed: string | undefined
  readonly tests: readonly string[]
  readonly slowestMs: number
  readonly suite: boolean
  readonly isolated: boolean
  readonly again: boolean
  readonly report: boolean
}

/** @throws RangeError an argument is not known */
export function parseArguments(given: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      only: { type: 'string' },
      changed: { type: 'string' },
      tests: { type: 'string', multiple: true, default: [] },
      slowest: { type: 'string', default: '1000' },
      'no-suite': { type: 'boolean', default: false },
      isolated: { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
      report: { type: 'boolean', default: false },
    },
  })
  const slowestMs = Number(values.slowest)
  if (!(slowestMs > 0)) throw new RangeError('--slowest: give a number of ms')
  return {
    targets: positionals.length === 0 ? ['core'] : positionals.map(targetOf),
    only: values.only,
    changed: values.changed,
    tests: values.tests,
    slowestMs,
    suite: !values['no-suite'],
    isolated: values.isolated,
    again: values.again,
    report: values.report,
  }
}

function targetOf(name: string): 'core' | StatementStore {
  if (name === 'core') return name
  const store = statementStores.find((each) => each === name)
  if (store) return store
  throw new RangeError(`There is no target ${name}: give core, ${statementStores.join(', ')}.`)
}
