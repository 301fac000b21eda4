import assert from 'node:assert/strict'
import { turns } from '../../bench/stray.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/gates.ts'

export const noUncaught: Case = {
  row: 24,
  name: 'no-uncaught',
  level: 'engine',
  guards: 'every promise that core or the adapter starts has somebody who handles its failure',
  gate: always,
  async run(bench) {
    await turns()
    assert.deepEqual(bench.stage.stray.errors, [], 'since the start of the run')
  },
}
