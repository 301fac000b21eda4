// The module of a child process: tries cases on one known-bad after the other, and says how each
// case ended.

import { cases } from '../../cases/all.ts'
import { setStage } from '../../harness/environment.ts'
import type { ServerHandle } from '../../harness/server-handle.ts'
import { breakStage, knownBadNamed } from '../all.ts'
import type { Order, Told } from './messages.ts'
import { LONG_PATIENCE, PATIENCE, tryCase, UNFINISHED } from './run-case.ts'

const MOST_UNFINISHED = 8

process.once('disconnect', () => process.exit())
process.on('message', (order: Order) => {
  // Who listens for stray errors keeps a rejection from ending the process.
  work(order).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})

async function work(order: Order): Promise<void> {
  const { default: start } = (await import(order.server)) as Started
  const stage = await setStage(await start(), new URL(order.repository))
  const broken = order.bad === null ? stage : await breakStage(stage, knownBadNamed(order.bad))
  const patience = order.bad === null ? LONG_PATIENCE : PATIENCE
  let unfinished = 0
  for (const entry of cases.filter(({ name }) => order.cases.includes(name))) {
    // What hangs everywhere has shown enough.
    if (unfinished === MOST_UNFINISHED) break
    await tell({ say: 'begins', name: entry.name })
    const outcome = await tryCase(entry, broken, { ...order, full: false }, patience)
    await tell({ say: 'judged', outcome })
    if (outcome.reason === UNFINISHED) unfinished++
  }
  for (const { stray } of [stage, broken]) stray.stop()
  await stage.server.stop()
  await tell({ say: 'done' })
}

interface Started {
  readonly default: () => Promise<ServerHandle>
}

/** Resolves when it is on its way: the process may end at any time. */
function tell(told: Told): Promise<void> {
  return new Promise((resolve) => process.send?.(told, () => resolve()))
}
