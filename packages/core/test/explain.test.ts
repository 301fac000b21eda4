import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import type { Explanation, RecordCheck } from '../src/index.ts'
import { ADA, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'

// A session has two records: the cutoff that a revocation writes, and its own.

function decisive({ checks }: Explanation): Pick<RecordCheck, 'scope' | 'found' | 'result'>[] {
  return checks
    .filter((check) => check.decisive)
    .map(({ scope, found, result }) => ({ scope, found, result }))
}

test('explain() marks the revocation of a session, and not the record of the session', async () => {
  const { tokens } = await instance()
  const login = await tokens.issue(ADA)
  await tokens.revoke({ session: login.session })
  const ofRefresh = await tokens.explain(login.refreshToken, { kind: 'refresh' })
  const record = ofRefresh.checks.findLast(({ scope }) => scope === 'session')?.record ?? ''
  const revocation = { scope: 'session', found: 'active', result: 'revoked' }
  expect(decisive(ofRefresh)).toEqual([revocation])
  expect(decisive(await tokens.explain({ record }))).toEqual([revocation])
  expect(decisive(await tokens.explain(login.accessToken))).toEqual([revocation])
})

test('explain() marks the record of a session where it decided, and not the revocation', async () => {
  const records = new Map<string, StoredRecord>()
  const { tokens } = await instance({ repository: mapRepository(records) })
  const login = await tokens.issue(ADA)
  await tokens.rotate(login.refreshToken)
  const explain = () => tokens.explain(login.refreshToken, { kind: 'refresh' })
  const consumed = await explain()
  expect(consumed).toMatchObject({ reason: 'consumed', decidedBy: 'session' })
  expect(decisive(consumed)).toMatchObject([{ scope: 'session', found: 'active' }])

  const own = [...records.values()].find(({ kind }) => kind === 'session')
  if (own === undefined) throw new Error('The session is not stored.')
  records.set(own.key, { ...own, body: '{' })
  expect(decisive(await explain())).toEqual([
    { scope: 'session', found: 'corrupt', result: 'corrupt' },
  ])
  records.delete(own.key)
  expect(decisive(await explain())).toEqual([
    { scope: 'session', found: 'none', result: 'not-found' },
  ])
})

test.each([
  ['was lost', 'none', () => undefined],
  ['was lost and written again', 'active', (body: object) => ({ ...body, epoch: 'other' })],
  ['lost an epoch', 'active', (body: object) => ({ ...body, accessEpoch: undefined })],
] as const)('explain() marks a cutoff of an evicting store that %s', async (_, found, change) => {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  const capabilities = { ...inner.capabilities, durability: 'evicting' } as const
  const { tokens } = await instance({ repository: { ...inner, capabilities } })
  const { accessToken } = await tokens.issue(ADA)
  const { checks } = await tokens.explain(accessToken)
  const cutoff = records.get(checks.find(({ scope }) => scope === 'session')?.record ?? '')
  if (cutoff === undefined) throw new Error('The cutoff is not stored.')
  const body = change(JSON.parse(cutoff.body))
  if (body === undefined) records.delete(cutoff.key)
  else records.set(cutoff.key, { ...cutoff, body: JSON.stringify(body) })
  const explanation = await tokens.explain(accessToken)
  expect(explanation).toMatchObject({ reason: 'not-found', decidedBy: 'session' })
  expect(decisive(explanation)).toEqual([{ scope: 'session', found, result: 'not-found' }])
})
