// Usage: pnpm runtimes [--rounds N] [--drivers [--store NAME]] [--cases A,B] [RUNTIME]...
// Runs the suite on memory inside each runtime, and with --drivers the drivers of the stores on real servers under
// Bun, Deno and Node, and writes docs/runtimes.md. What is not named keeps the result of an earlier run.
import { parseArgs } from 'node:util'
import { type Backend, start } from '@tokenward/testbed'
import { installRuntimes } from './install.ts'
import { writePage } from './page.ts'
import { type Column, readColumns, saveColumn } from './results.ts'
import { runIn } from './run-in.ts'
import { RUNTIMES, type RuntimeName, titleOf } from './versions.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '6' },
    drivers: { type: 'boolean', default: false },
    store: { type: 'string' },
    cases: { type: 'string' },
  },
})
const rounds = Number(values.rounds)
const unknown = positionals.find((name) => !RUNTIMES.some((each) => each === name))
if (unknown !== undefined) throw new Error(`There is no ${unknown}, only ${RUNTIMES.join(', ')}.`)
const wanted = RUNTIMES.filter((name) => positionals.length === 0 || positionals.includes(name))

/** What a driver must do: writes under conditions, order of replies, its end, lists, notifications, a login. */
const OF_DRIVERS = [
  ...['insert-if-absent', 'conditional-replace', 'repeated-write', 'replies-in-order'],
  ...['fields-unchanged', 'largest-body', 'aborted-signal', 'closed-repository'],
  ...['list-pages', 'prune-keeps-retained', 'watch-notifications'],
  ...['revoke-then-verify', 'rotation-chain', 'cutoff-scopes', 'no-unhandled-errors'],
]

const STORES: readonly Backend[] = ['postgres', 'redis', 'mongodb', 'memcached']
const DRIVEN: readonly RuntimeName[] = ['node24', 'bun', 'deno']

await installRuntimes()
if (values.drivers) await tryDrivers()
else for (const name of wanted) await run(name, 'memory', '', values.cases?.split(',') ?? 'engine')
writePage(readColumns())

async function tryDrivers(): Promise<void> {
  const runtimes = DRIVEN.filter((name) => wanted.includes(name))
  for (const store of STORES.filter((each) => each === (values.store ?? each))) {
    const server = await start(store)
    try {
      for (const name of runtimes) await run(name, store, server.url, OF_DRIVERS)
    } finally {
      await server.stop()
    }
  }
}

async function run(
  runtime: RuntimeName,
  adapter: string,
  url: string,
  only: readonly string[] | 'engine',
): Promise<void> {
  const result = await runIn(runtime, adapter, url, { only, rounds })
  const column: Column = { runtime, title: titleOf(runtime), adapter, rounds, ...result }
  saveColumn(column)
  const count = (status: string) => column.outcomes.filter((each) => each.status === status).length
  console.log(
    `${column.title}, ${adapter}: ${count('passed')} passed, ${count('failed')} failed, ${count('not-run')} not run`,
  )
  for (const { name, reason } of column.outcomes.filter(({ status }) => status === 'failed')) {
    console.log(`  ${name}: ${reason?.split('\n')[0]}`)
  }
  if (column.problem !== '') console.log(`  ${column.problem}`)
}
