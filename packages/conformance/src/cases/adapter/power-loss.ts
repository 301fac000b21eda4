import assert from 'node:assert/strict'
import type { Case } from '../../suite/case.ts'
import { all, durable, handle } from '../../suite/requirements.ts'

const powerLoss: Case = {
  row: 10,
  name: 'power-loss',
  level: 'adapter',
  guards: 'what is acknowledged is on the disk: the storage was synced before each answer',
  gate: all(durable, handle('syncedWrites')),
  rounds: { some: 100, full: 1_000 },
  async run(bench) {
    const { syncedWrites } = bench.stage.server
    const synced = await syncedWrites?.(bench.namespace, bench.rounds)
    bench.note(`${synced} of ${bench.rounds} acknowledgements came after a sync`)
    assert.equal(synced, bench.rounds, 'an acknowledgement came before the storage was synced')
  },
}

export const cases: readonly Case[] = [powerLoss]
