import assert from 'node:assert/strict'
import { isTokenwardError } from '@tokenward/core'
import type { StoredRecord } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline } from '../../harness/timeouts.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive } from './assertions.ts'

const externalRecord: Case = {
  name: 'other-namespace-record',
  level: 'engine',
  catches: 'a record of another namespace is not found by its key, and cannot be moved',
  requires: always,
  async run(context) {
    const elsewhere = `${context.namespace} elsewhere`
    const instance = await context.instance()
    const sent = recordCalls()
    const other = await context.instance({ namespace: elsewhere, wrap: sent.wrap })
    sent.clear()
    const login = await other.issue({ subject: 'ada', client: 'web' })
    const keys = [...new Set(sent.writes.flat().map(({ record }) => record.key))].sort()
    assert.ok(keys.length > 1, 'a token and a session were stored')
    const before = await recordsOf(context, elsewhere, keys)
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
    assert.deepEqual(await recordsOf(context, elsewhere, keys), before, 'no record can be moved')
    await assertLoginActive(other, login, 'in its own namespace')
  },
}

/** An evicting store saves no external record. */
function unsupported(error: unknown): { revoked: false } {
  if (isTokenwardError(error, 'TOKENWARD_UNSUPPORTED_OPERATION')) return { revoked: false }
  throw error
}

async function recordsOf(
  context: CaseContext,
  namespace: string,
  keys: readonly string[],
): Promise<readonly (StoredRecord | null)[]> {
  const repository = await context.repository(namespace)
  const found = await repository.read(keys, deadline())
  return found.map((record) => record && { ...record })
}

export const cases: readonly Case[] = [externalRecord]
