// Usage: pnpm runtimes [--rounds N] [--all | --drivers [--store NAME] | --requests] [--cases A,B] [RUNTIME]...
// Runs the suite on memory inside each runtime; with --drivers the drivers of the stores on real servers under Bun,
// Deno and Node; with --requests two requests of workerd that share an instance; with --all all of them. Writes
// docs/runtimes.md. What is not named keeps the result of an earlier run.
import { parseArgs } from 'node:util'
import { installRuntime } from './install.ts'
import { writePage } from './page.ts'
import { trySharedInstances } from './requests/shared-instance.ts'
import { type Column, readColumns, readTrials, saveColumn, saveTrials } from './results.ts'
import { runIn } from './run-in.ts'
import { type DrivenStore, STORES } from './stores.ts'
import { RUNTIMES, type RuntimeName, titleOf } from './versions.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
    drivers: { type: 'boolean', default: false },
    requests: { type: 'boolean', default: false },
    store: { type: 'string' },
    cases: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const cases = values.cases?.split(',')
const unknown = positionals.find((name) => !RUNTIMES.some((each) => each === name))
if (unknown !== undefined) throw new Error(`There is no ${unknown}, only ${RUNTIMES.join(', ')}.`)
const wanted = RUNTIMES.filter((name) => positionals.length === 0 || positionals.includes(name))

/** What a driver must do: writes under conditions, order of replies, its end, lists, notifications, a login. */
const OF_DRIVERS = [
  ...['insert-if-absent', 'conditional-replace', 'repeated-write', 'replies-in-order'],
  ...['fields-unchanged', 'largest-body', 'aborted-signal', 'closed-repository'],
  ...['list-pages', 'prune-keeps-retained', 'watch-notifications'],
  ...[
    'revoke-then-verify',
    'rotation-chain',
    'rotate-race',
    'cutoff-scopes',
    'no-unhandled-errors',
  ],
]
const DRIVEN: readonly RuntimeName[] = ['node24', 'bun', 'deno']

const requests = values.requests || values.all
const drivers = values.drivers || values.all
const memory = values.all || !(drivers || requests)
const needed = [...(memory || drivers ? wanted : []), ...(requests ? (['workerd'] as const) : [])]
for (const name of needed) await installRuntime(name)
if (memory) for (const name of wanted) await run(name, 'memory', 'memory', '', cases ?? 'engine')
if (drivers) await tryDrivers()
if (requests) saveTrials(await trySharedInstances())
writePage(readColumns(), readTrials())

async function tryDrivers(): Promise<void> {
  const runtimes = DRIVEN.filter((name) => wanted.includes(name))
  for (const store of STORES.filter(({ name }) => name.startsWith(values.store ?? ''))) {
    for (const name of runtimes.filter((each) => (store.only ?? each) === each)) {
      await tryDriver(name, store)
    }
  }
}

/** On a server of its own: what one runtime leaves behind is not there for the next. */
async function tryDriver(runtime: RuntimeName, store: DrivenStore): Promise<void> {
  const { url, server, stop } = await store.start()
  try {
    await run(runtime, store.name, store.module, url, cases ?? OF_DRIVERS, server)
  } finally {
    await stop()
  }
}

async function run(
  runtime: RuntimeName,
  adapter: string,
  module: string,
  url: string,
  only: readonly string[] | 'engine',
  server?: string,
): Promise<void> {
  const result = await runIn(runtime, module, url, { only, rounds })
  const title = titleOf(runtime)
  const column = { runtime, title, adapter, ...(server && { server }), rounds, ...result }
  saveColumn(column)
  print(column)
}

function print({ title, adapter, outcomes, problem }: Column): void {
  const count = (status: string) => outcomes.filter((each) => each.status === status).length
  console.log(
    `${title}, ${adapter}: ${count('passed')} passed, ${count('failed')} failed, ${count('not-run')} not run`,
  )
  for (const { name, reason } of outcomes.filter(({ status }) => status === 'failed')) {
    console.log(`  ${name}: ${reason}`)
  }
  if (problem !== '') console.log(`  ${problem}`)
}
