import { expect, test } from 'vitest'
import { corruptRecord, type StoredRecord } from '../src/adapter.ts'
import { generateKeys, prepare } from '../src/index.ts'
import { ADA, instance, keys } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER } from './provider.ts'

const UNAVAILABLE = { code: 'TOKENWARD_STORE_UNAVAILABLE' }

/** Two instances with two logins on a store; `spoil` makes the records of one kind corrupt. */
async function prepareRecords(kind: StoredRecord['kind']) {
  const records = new Map<string, StoredRecord>()
  const { tokens } = await instance({ repository: mapRepository(records) })
  const { tokens: failOpen } = await instance({
    repository: mapRepository(records),
    onUnavailable: 'accept',
  })
  const other = await tokens.issue({ subject: 'bob', client: 'app' })
  if (kind === 'cutoff') await tokens.revoke({ subject: 'ada' })
  const known = new Set(records.keys())
  const login = await tokens.issue(ADA)
  const spoil = () => {
    for (const record of records.values())
      if (record.kind === kind && (kind === 'root' || kind === 'cutoff' || !known.has(record.key)))
        records.set(record.key, corruptRecord(record.key, `corrupt ${record.etag}`.slice(0, 20)))
  }
  return { records, tokens, failOpen, other, login, spoil }
}

test.each(['cutoff', 'token'] as const)(
  'a corrupt %s refuses only its own tokens until a revocation replaces it',
  async (kind) => {
    const { tokens, failOpen, other, login, spoil } = await prepareRecords(kind)
    spoil()
    for (const each of [tokens, failOpen]) {
      const [bad, good] = await Promise.all([
        each.verify(login.accessToken),
        each.verify(other.accessToken),
      ])
      expect(bad).toMatchObject({
        active: false,
        reason: 'corrupt',
        decidedBy: kind === 'token' ? kind : 'subject',
      })
      expect(good).toMatchObject({ active: true })
    }
    const revoked =
      kind === 'token' ? tokens.revoke({ jti: login.jti }) : tokens.revoke({ subject: 'ada' })
    expect(await revoked).toMatchObject({ revoked: true })
    expect(await failOpen.verify(login.accessToken)).toMatchObject({
      active: false,
      reason: 'revoked',
    })
    const next = await tokens.issue(ADA)
    expect(await tokens.verify(next.accessToken)).toMatchObject({ active: true })
  },
)

test('a corrupt cutoff is not replaced by a revocation of access tokens alone', async () => {
  const { tokens, spoil } = await prepareRecords('cutoff')
  spoil()
  await expect(tokens.revoke({ subject: 'ada' }, { only: 'access' })).rejects.toMatchObject(
    UNAVAILABLE,
  )
})

test('a corrupt root record refuses all tokens until everything is revoked', async () => {
  const { tokens, failOpen, login, spoil } = await prepareRecords('root')
  spoil()
  for (const each of [tokens, failOpen])
    expect(await each.verify(login.accessToken)).toMatchObject({
      reason: 'corrupt',
      decidedBy: 'global',
    })
  await expect(tokens.issue(ADA)).rejects.toThrow(/prepare\(\)/)
  await expect(tokens.revoke({ subject: 'ada' })).rejects.toThrow(/everything/)
  expect(await tokens.revoke({ everything: true })).toMatchObject({
    revoked: true,
    target: 'global',
  })
  expect(await tokens.verify(login.accessToken)).toMatchObject({ reason: 'revoked' })
  const next = await tokens.issue(ADA)
  expect(await tokens.verify(next.accessToken)).toMatchObject({ active: true })
})

test('prepare() replaces a corrupt root record and reports it', async () => {
  const { records, login, spoil } = await prepareRecords('root')
  spoil()
  const options = { issuer: ISSUER, keys: await keys, repository: mapRepository(records) }
  await expect(instance({ repository: mapRepository(records) })).rejects.toThrow(/corrupt/)
  expect(await prepare(options, { dryRun: true })).toMatchObject({ root: 'replaced' })
  expect(await prepare(options)).toMatchObject({ root: 'replaced' })
  const { tokens } = await instance({ repository: mapRepository(records) })
  expect(await tokens.verify(login.accessToken)).toMatchObject({ reason: 'revoked' })
  const next = await tokens.issue(ADA)
  expect(await tokens.verify(next.accessToken)).toMatchObject({ active: true })
})

test('a root record of another format is not treated as corrupt', async () => {
  const { records } = await prepareRecords('root')
  for (const record of records.values())
    if (record.kind === 'root') records.set(record.key, { ...record, body: '{"format":1}' })
  const options = { issuer: ISSUER, keys: await keys, repository: mapRepository(records) }
  await expect(prepare(options)).rejects.toMatchObject({ code: 'TOKENWARD_NOT_PREPARED' })
})

test('a second issuer in the same namespace is a finding', async () => {
  const records = new Map<string, StoredRecord>()
  await instance({ repository: mapRepository(records) })
  const { tokens } = await instance({
    repository: mapRepository(records),
    issuer: 'https://other.example',
    keys: await generateKeys(),
  })
  const emitted = Promise.withResolvers<string>()
  tokens.on('finding', ({ code }) => emitted.resolve(code))
  const { findings } = await tokens.health()
  expect(findings).toMatchObject([
    { code: 'shared-namespace', fix: expect.stringContaining('its own namespace') },
  ])
  expect(await emitted.promise).toBe('shared-namespace')
  const { tokens: first } = await instance({ repository: mapRepository(records) })
  expect((await first.health()).findings).toEqual([])
})
