import { expect, test } from 'vitest'
import { generateSealingKey } from '../src/index.ts'
import { ADA, instance, MINUTE } from './instance.ts'
import { listingRepository, mapRepository } from './map-repository.ts'
import { sealing, UNSUPPORTED } from './sealing/fixtures.ts'

test('each record has its own result, widest scope first, and one decides', async () => {
  const { tokens } = await sealing()
  const { accessToken, jti } = await tokens.issue({ ...ADA, label: 'Firefox' })
  const accepted = await tokens.explain(accessToken)
  expect(accepted.active).toBe(true)
  expect(accepted).not.toHaveProperty('reason')
  const scopes = accepted.checks.map(({ scope }) => scope)
  expect(scopes.slice(0, 2)).toEqual(['global', 'issuer'])
  expect(scopes.at(-1)).toBe('token')
  expect(accepted.checks.filter(({ decisive }) => decisive)).toEqual([])
  const missing = accepted.checks.find(({ scope }) => scope === 'subject')
  expect(missing).toMatchObject({ found: 'none', result: 'not-applicable' })
  const own = accepted.checks.at(-1)
  expect(own).toMatchObject({ found: 'active', result: 'not-revoked', names: { jti } })
  await tokens.revoke({ subject: ADA.subject })
  const refused = await tokens.explain(accessToken)
  expect(refused).toMatchObject({ active: false, reason: 'revoked', decidedBy: 'subject' })
  expect(refused.checks.filter(({ decisive }) => decisive)).toMatchObject([{ scope: 'subject' }])
  expect(await tokens.explain('x')).toMatchObject({ reason: 'malformed', checks: [] })
})

test('a refusal has the time and the note of its revocation', async () => {
  const { tokens, clock } = await instance()
  const { accessToken, jti } = await tokens.issue(ADA)
  const note = { reason: 'lost phone', actor: 'support' }
  const at = clock.now
  await tokens.revoke({ jti }, note)
  clock.now += 1_000
  const refused = { active: false, reason: 'revoked', decidedBy: 'token', at, note }
  expect(await tokens.verify(accessToken)).toEqual(refused)
  const { checks, ...explained } = await tokens.explain(accessToken)
  expect(explained).toEqual(refused)
  expect(checks.at(-1)).toMatchObject({ found: 'revoked', at, note })
})

test('the note is missing where it is sealed and cannot be opened', async () => {
  const { tokens, another } = await sealing()
  const { accessToken, jti } = await tokens.issue(ADA)
  await tokens.revoke({ jti }, { reason: 'lost phone' })
  const without = await another({ sealing: generateSealingKey() })
  const { checks, ...explained } = await without.explain(accessToken)
  expect(explained).toMatchObject({ reason: 'revoked', at: expect.any(Number) })
  expect(explained).not.toHaveProperty('note')
  expect(checks.some(({ note }) => note !== undefined)).toBe(false)
  expect(await without.revoke({ jti })).not.toHaveProperty('note')
})

test('a listed record has its times, and can be explained and revoked', async () => {
  const { tokens, clock } = await instance({ repository: listingRepository() })
  const issuedAt = clock.now
  const login = await tokens.issue(ADA)
  clock.now += MINUTE
  await tokens.rotate(login.refreshToken)
  const { items } = await tokens.list(
    { subject: ADA.subject, client: ADA.client },
    { kind: 'session' },
  )
  const [item] = items
  expect(items).toMatchObject([
    { kind: 'session', active: true, issuedAt, endsAt: login.endsAt, generation: 2 },
  ])
  expect(item?.expiresAt).toBe(clock.now + 30 * 86_400_000)
  const record = item?.record ?? ''
  expect(await tokens.explain({ record })).toMatchObject({ active: true })
  await tokens.revoke({ record })
  expect(await tokens.explain({ record })).toMatchObject({ active: false, reason: 'revoked' })
  const listed = await tokens.list({ subject: ADA.subject }, { kind: 'token' })
  expect(listed.items[0]).toMatchObject({ kind: 'token', active: false, decidedBy: 'session' })
})

test('explain() writes nothing', async () => {
  const inner = mapRepository()
  let writes = 0
  const write: typeof inner.write = (...call) => {
    writes += 1
    return inner.write(...call)
  }
  const { tokens } = await instance({ repository: { ...inner, write } })
  const { accessToken, refreshToken, jti } = await tokens.issue(ADA)
  await tokens.revoke({ jti })
  writes = 0
  await tokens.explain(accessToken)
  await tokens.explain(refreshToken, { kind: 'refresh' })
  await tokens.explain({ subject: 'ada' })
  expect(writes).toBe(0)
})

test('prune() needs a store that does not expire its records itself', async () => {
  const { tokens } = await instance()
  await expect(tokens.prune()).rejects.toMatchObject(UNSUPPORTED)
})
