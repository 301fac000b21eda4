// The module of a child process: tries cases on one known-bad after the other, and says how each
// case ended.
import type { ServerHandle } from '../../bench/server.ts'
import { setStage } from '../../bench/stage.ts'
import { cases } from '../../cases/all.ts'
import { breakStage, knownBadNamed } from '../all.ts'
import type { Order, Told } from './order.ts'
import { tryCase } from './trial.ts'

process.once('disconnect', () => process.exit())
process.on('message', async (order: Order) => {
  const { default: start } = (await import(order.server)) as Started
  const stage = await setStage(await start(), new URL(order.repository))
  const broken = order.bad === null ? stage : await breakStage(stage, knownBadNamed(order.bad))
  for (const entry of cases.filter(({ name }) => order.cases.includes(name))) {
    await tell({ say: 'begins', name: entry.name })
    const outcome = await tryCase(entry, broken, { ...order, full: false })
    await tell({ say: 'judged', outcome })
  }
  for (const { stray } of [stage, broken]) stray.stop()
  await stage.server.stop()
  await tell({ say: 'done' })
})

interface Started {
  readonly default: () => Promise<ServerHandle>
}

/** Resolves when it is on its way: the process may end at any time. */
function tell(told: Told): Promise<void> {
  return new Promise((resolve) => process.send?.(told, () => resolve()))
}
