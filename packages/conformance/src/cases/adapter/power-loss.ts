import assert from 'node:assert/strict'
import type { Case } from '../../suite/case.ts'
import { all, durable, handle } from '../../suite/requirements.ts'

const powerLoss: Case = {
  planRow: 10,
  name: 'power-loss',
  level: 'adapter',
  catches: 'an acknowledged write is on the disk: the storage was synced before each answer',
  requires: all(durable, handle('syncedWrites')),
  rounds: { quick: 100, full: 1_000 },
  async run(context) {
    const { syncedWrites } = context.environment.server
    const synced = await syncedWrites?.(context.namespace, context.rounds)
    context.note(`${synced} of ${context.rounds} acknowledgements came after a sync`)
    assert.equal(synced, context.rounds, 'an acknowledgement came before the storage was synced')
  },
}

export const cases: readonly Case[] = [powerLoss]
