import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { ADA } from './instance.ts'
import { losing } from './losing.ts'
import { recordOfKind } from './sealing/fixtures.ts'

/** A login, and a way to change one of its records. */
async function loggedIn() {
  const { tokens, records, writes } = await losing()
  const { refreshToken } = await tokens.issue(ADA)
  writes.length = 0
  const replace = (kind: StoredRecord['kind'], body: string | null) => {
    const record = recordOfKind(records, kind)
    if (body === null) records.delete(record.key)
    else records.set(record.key, { ...record, body })
  }
  return { tokens, refreshToken, writes, replace }
}

test.each([
  ['a missing record of the session', 'session', null, 'not-found', 'session'],
  ['a corrupt record of the session', 'session', '{', 'corrupt', 'session'],
  ['a corrupt root record', 'root', '{', 'corrupt', 'global'],
] as const)('%s refuses a rotation', async (_, kind, body, reason, decidedBy) => {
  const { tokens, refreshToken, writes, replace } = await loggedIn()
  replace(kind, body)
  expect(await tokens.rotate(refreshToken)).toEqual({ active: false, reason, decidedBy })
  expect(writes).toEqual([])
})

test('a token that is refused asks for no claims', async () => {
  const { tokens, refreshToken } = await loggedIn()
  let calls = 0
  const claims = () => ({ n: ++calls })
  expect(await tokens.rotate('a.b.c', { claims })).toMatchObject({ active: false })
  await tokens.revoke({ subject: 'ada' })
  expect(await tokens.rotate(refreshToken, { claims })).toMatchObject({ reason: 'revoked' })
  expect(calls).toBe(0)
})
