import assert from 'node:assert/strict'
import { isTokenwardError, type StoredRecord } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { patience } from '../../harness/deadline.ts'
import { recorder } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertAlive } from './assertions.ts'

const externalRecord: Case = {
  name: 'other-namespace-record',
  level: 'engine',
  guards: 'a record of another namespace is not found by its key, and does not move',
  gate: always,
  async run(bench) {
    const elsewhere = `${bench.namespace} elsewhere`
    const instance = await bench.instance()
    const sent = recorder()
    const other = await bench.instance({ namespace: elsewhere, through: sent.through })
    sent.clear()
    const login = await other.issue({ subject: 'ada', client: 'web' })
    const keys = [...new Set(sent.writes.flat().map(({ record }) => record.key))].sort()
    assert.ok(keys.length > 1, 'a token and a session were stored')
    const before = await recordsOf(bench, elsewhere, keys)
    for (const record of keys) {
      const { active, reason } = await instance.explain({ record })
      assert.deepEqual(
        { active, reason },
        { active: false, reason: 'not-found' },
        'explain({ record })',
      )
      const answer = await instance.revoke({ record }).catch(unsupported)
      assert.equal(answer.revoked, false, 'revoke({ record })')
    }
    assert.deepEqual(await recordsOf(bench, elsewhere, keys), before, 'no record moves')
    await assertAlive(other, login, 'in its own namespace')
  },
}

/** An evicting store takes no record of anybody. */
function unsupported(error: unknown): { revoked: false } {
  if (isTokenwardError(error, 'TOKENWARD_UNSUPPORTED_OPERATION')) return { revoked: false }
  throw error
}

async function recordsOf(
  bench: Bench,
  namespace: string,
  keys: readonly string[],
): Promise<readonly (StoredRecord | null)[]> {
  const repository = await bench.repository(namespace)
  const found = await repository.read(keys, patience())
  return found.map((record) => record && { ...record })
}

export const cases: readonly Case[] = [externalRecord]
