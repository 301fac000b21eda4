import type { DeterministicHost } from './deterministic-host.ts'
import type { Machine } from './machine.ts'
import type { SimulatedStore } from './store.ts'

/** Runs one call to its end, with every store call answered as it comes, and no time lost. */
export async function complete<T>(
  host: DeterministicHost,
  machine: Machine,
  store: SimulatedStore,
  call: () => Promise<T>,
): Promise<T> {
  let ended: Promise<T> | undefined
  machine.running.push('call')
  await host.run(machine, () => {
    ended = call().finally(() => machine.running.pop())
    ended.catch(() => undefined)
  })
  while (machine.running.length > 0) {
    const [next] = store.callsOf(machine)
    if (next !== undefined) {
      while (next.ahead.length > 0) store.happen(next)
      await host.run(machine, () => store.answer(next))
      continue
    }
    // It waits for the end of a lease.
    const ms = machine.nextTimer
    if (ms === null) throw new Error(`${machine.name} waits, but no event is pending`)
    await host.run(machine, () => machine.elapse(ms))
  }
  return ended as Promise<T>
}
