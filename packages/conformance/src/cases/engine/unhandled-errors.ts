import assert from 'node:assert/strict'
import { deadline } from '../../harness/timeouts.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { makeRecord } from '../adapter/records.ts'

const noUnhandledErrors: Case = {
  planRow: 24,
  name: 'no-unhandled-errors',
  level: 'engine',
  catches: 'every promise that core or the adapter starts has a handler for its failure',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const writes = [{ record: makeRecord(context), expected: null }]
    // The other cases have caused many failures; if this case runs alone, it causes these.
    await assert.rejects(repository.read(['absent'], AbortSignal.abort()))
    await assert.rejects(repository.write(writes, AbortSignal.abort()))
    await repository.close()
    await assert.rejects(repository.read(['absent'], deadline()))
    await assert.rejects(repository.write(writes, deadline()))
    await eventLoopTurns()
    assert.deepEqual(context.environment.unhandled.errors, [], 'since the start of the run')
  },
}

export const cases: readonly Case[] = [noUnhandledErrors]
