import assert from 'node:assert/strict'
import { patience } from '../../harness/deadline.ts'
import { turns } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { makeRecord } from '../adapter/records.ts'

const noUncaught: Case = {
  row: 24,
  name: 'no-uncaught',
  level: 'engine',
  guards: 'every promise that core or the adapter starts has somebody who handles its failure',
  gate: always,
  async run(bench) {
    const repository = await bench.repository()
    const writes = [{ record: makeRecord(bench), expected: null }]
    // The other cases have let much go wrong; alone, this one has these.
    await assert.rejects(repository.read(['absent'], AbortSignal.abort()))
    await assert.rejects(repository.write(writes, AbortSignal.abort()))
    await repository.close()
    await assert.rejects(repository.read(['absent'], patience()))
    await assert.rejects(repository.write(writes, patience()))
    await turns()
    assert.deepEqual(bench.stage.stray.errors, [], 'since the start of the run')
  },
}

export const cases: readonly Case[] = [noUncaught]
