import { expect, test } from 'vitest'
import { createTokenward, generateKeys } from '../src/index.ts'
import type { Authenticated } from '../src/jwt/authenticated.ts'
import { SignatureCache } from '../src/jwt/signature-cache.ts'
import { ISSUED, managed } from './decision-inputs.ts'
import { mapRepository } from './map-repository.ts'

const iss = 'https://issuer.example'
const { expiresAt } = managed()

const authenticated: Authenticated = {
  claims: { iss, iat: ISSUED / 1000, exp: expiresAt / 1000 },
  facts: managed(),
  isManaged: true,
  privateClaim: null,
  principal: { issuer: iss },
  cutoffKeys: new Map(),
  tokenKey: '',
  sessionKey: null,
  recordKeys: [],
}

function cacheOf(maxSize: number, ...tokens: string[]): SignatureCache {
  const cache = new SignatureCache(maxSize)
  for (const token of tokens) cache.set(token, authenticated, 1)
  return cache
}

const current = () => 1

test('the entries that were used last are kept, and at most twice as many', () => {
  const names = Array.from({ length: 40 }, (_, i) => `token ${i}`)
  const cache = cacheOf(10, ...names)
  expect(cache.get('token 31', current, ISSUED)).toBe(authenticated)
  for (const name of names.slice(0, 9)) cache.set(name, authenticated, 1)
  const kept = names.filter((name) => cache.get(name, current, ISSUED) !== null)
  expect(kept).toEqual(expect.arrayContaining([...names.slice(0, 9), 'token 31']))
  expect(kept.length).toBeLessThanOrEqual(20)
})

test('a cache of size 0 stores nothing', () => {
  expect(cacheOf(0, 'a').get('a', current, ISSUED)).toBeNull()
})

test('an entry is removed at exp, even if the clock is set back later', () => {
  const cache = cacheOf(2, 'a')
  expect(cache.get('a', current, expiresAt - 1)).toBe(authenticated)
  expect(cache.get('a', current, expiresAt)).toBeNull()
  expect(cache.get('a', current, ISSUED)).toBeNull()
})

test('an entry is removed when the keys change or are outdated', () => {
  expect(cacheOf(2, 'a').get('a', () => 2, ISSUED)).toBeNull()
  expect(cacheOf(2, 'a').get('a', () => null, ISSUED)).toBeNull()
  const unknown = new SignatureCache(2)
  unknown.set('a', authenticated, null)
  expect(unknown.get('a', current, ISSUED)).toBeNull()
})

test('the version is that of the issuer of the token', () => {
  const issuers: string[] = []
  cacheOf(2, 'a').get('a', (issuer) => issuers.push(issuer), ISSUED)
  expect(issuers).toEqual([iss])
})

test('cached claims are shared and frozen, and a revocation is never cached', async () => {
  const keys = await generateKeys()
  await using instance = await createTokenward({ issuer: iss, keys, repository: mapRepository() })
  const claims = { rights: { list: ['read'] } }
  const options = { subject: 's', client: 'c', claims, refresh: false } as const
  const { accessToken, jti } = await instance.issue(options)
  const first = await instance.verify(accessToken)
  const second = await instance.verify(accessToken)
  if (!first.active || !second.active) throw new Error('both are active')
  expect(second.claims).toBe(first.claims)
  const { rights } = first.claims as unknown as typeof claims
  expect([first.claims, rights, rights.list].every(Object.isFrozen)).toBe(true)
  await instance.revoke({ jti })
  expect(await instance.verify(accessToken)).toMatchObject({ active: false, reason: 'revoked' })
})
