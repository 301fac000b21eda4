import { createHash, createHmac } from 'node:crypto'
import { afterEach, expect, test, vi } from 'vitest'
import { groupsOf, sessionListOf } from '../src/scopes/groups.ts'
import { createDigest } from '../src/scopes/hash.ts'
import { isName } from '../src/scopes/ids.ts'
import { KeyDeriver } from '../src/scopes/keys.ts'
import { randomId } from '../src/scopes/random.ts'
import { keysOf } from '../src/scopes/record-keys.ts'
import {
  claimsOf,
  eachMember,
  onlyPrincipal,
  principalOf,
  scopeOfTarget,
} from '../src/scopes/scopes.ts'
import { createWebDigest } from '../src/scopes/web-digest.ts'

// Keys outlive a version of the library: another layout would lose every record.

const PEPPER = new TextEncoder().encode('a pepper of thirty-two characters')
const PRINCIPAL = { issuer: 'https://a.example', subject: 'ada', client: 'web', session: 's1' }

afterEach(() => vi.restoreAllMocks())

function expectedKey(parts: readonly string[], pepper?: Uint8Array): string {
  const text = ['tokenward:2', 'shop', ...parts].map((part) => `${part.length}:${part}`).join('')
  const hash = pepper ? createHmac('sha256', pepper) : createHash('sha256')
  return hash.update(text).digest('base64url').slice(0, 24)
}

test.each([
  ['without a pepper', undefined],
  ['with a pepper', PEPPER],
])(
  'a key is a digest of the format, the namespace, its kind and its parts, %s',
  async (_, pepper) => {
    const keys = await KeyDeriver.create('shop', pepper)
    const expected = (...parts: string[]) => expectedKey(parts, pepper)
    expect(keys.root).toBe(expectedKey(['root']))
    expect(keys.pepperCheck).toBe(expected('check'))
    expect(await keys.token('i', 'j')).toBe(expected('token', 'i', 'j'))
    expect(await keys.tokenBySigningInput('i', 'a.b')).toBe(expected('token-by-input', 'i', 'a.b'))
    expect(await keys.session('i', 's')).toBe(expected('session', 'i', 's'))
    expect(await keys.message('i', 'j')).toBe(expected('message', 'i', 'j'))
    expect(await keys.idempotency('t', 'k')).toBe(expected('idempotency', 't', 'k'))
    const { issuer, subject, client, session } = PRINCIPAL
    const ofSubject = expected('cutoff:subject', issuer, subject)
    const ofClient = expected('cutoff:client', issuer, client)
    expect(Object.fromEntries(await keys.cutoffKeys(PRINCIPAL))).toEqual({
      global: keys.root,
      issuer: expected('cutoff:issuer', issuer),
      client: ofClient,
      subject: ofSubject,
      'subject+client': expected('cutoff:subject+client', ofClient, ofSubject),
      session: expected('cutoff:session', issuer, session),
    })
  },
)

test('a record is in the lists of its issuer, client, subject and session', async () => {
  const keys = await (await KeyDeriver.create('shop')).cutoffKeys(PRINCIPAL)
  expect(groupsOf(keys)).toEqual([
    `i${keys.get('issuer')}`,
    `c${keys.get('client')}`,
    `u${keys.get('subject')}`,
    `s${keys.get('session')}`,
  ])
  expect(sessionListOf(keys)).toEqual([`l${keys.get('subject')}`])
})

test('a session without a subject is in no list of sessions', async () => {
  const { issuer, client } = PRINCIPAL
  const keys = await (await KeyDeriver.create('shop')).cutoffKeys({ issuer, client })
  expect(sessionListOf(keys)).toEqual([])
})

test.each([
  ['without a secret', undefined],
  ['with a secret', PEPPER],
])('the digest of the Web Crypto API is SHA-256 or HMAC-SHA-256, %s', async (_, secret) => {
  const digest = await createWebDigest(secret)
  const hash = secret ? createHmac('sha256', secret) : createHash('sha256')
  expect(await digest('ä 😀')).toBe(hash.update('ä 😀').digest('base64url'))
})

test.each([
  ['getBuiltinModule', (id: string) => ({ hash: undefined, id })],
  ['node:crypto', () => undefined],
  ['crypto.hash', () => ({ createHmac: () => undefined })],
])('digests are the same on a runtime without %s', async (name, getBuiltinModule) => {
  const host = name === 'getBuiltinModule' ? {} : { getBuiltinModule }
  const ofNode = await createDigest(PEPPER)
  vi.stubGlobal('process', host)
  const other = await createDigest(PEPPER)
  vi.unstubAllGlobals()
  expect(await other('ada')).toBe(await ofNode('ada'))
})

test('digests are the same on a runtime without process', async () => {
  const ofNode = await createDigest()
  vi.stubGlobal('process', undefined)
  const other = await createDigest()
  vi.unstubAllGlobals()
  expect(await other('ada')).toBe(await ofNode('ada'))
})

test('Node.js is asked for its own digests', async () => {
  const builtin = vi.spyOn(process, 'getBuiltinModule')
  await createDigest()
  expect(builtin).toHaveBeenCalledWith('node:crypto')
  // The functions of Node.js answer at once, those of the Web Crypto API with a promise.
  expect((await createDigest())('ada')).toBeTypeOf('string')
})

test('a name has between 1 and 1,024 characters', () => {
  const lengths = [0, 1, 1_024, 1_025].map((length) => isName('x'.repeat(length)))
  expect(lengths).toEqual([false, true, true, false])
  expect(isName(['x'])).toBe(false)
  expect(isName('\ud800')).toBe(false)
})

test('a target is named by its members in any order', () => {
  expect(scopeOfTarget([])).toBe('issuer')
  expect(scopeOfTarget(['subject', 'client'])).toBe('subject+client')
  expect(scopeOfTarget(['client', 'subject'])).toBe('subject+client')
  expect(scopeOfTarget(['session'])).toBe('session')
  expect(scopeOfTarget(['client', 'session'])).toBeUndefined()
})

test('a random id has 22 characters of base64url', () => {
  expect(randomId()).toMatch(/^[\w-]{22}$/)
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
    const filled = bytes as unknown as Uint8Array
    filled.set(filled.map((_, i) => 64 * i + 63 - i))
    return bytes
  })
  expect(randomId()).toBe('_-9876543210zyxwvutsrq')
})

test('a principal is read from its claims, and signed as them', () => {
  const { issuer, subject, client, session } = PRINCIPAL
  const claims = { iss: issuer, sub: subject, client_id: client, sid: session }
  expect(principalOf(claims)).toEqual(PRINCIPAL)
  expect(claimsOf(PRINCIPAL)).toEqual(claims)
  expect(onlyPrincipal({ ...PRINCIPAL, role: 'x' } as typeof PRINCIPAL)).toStrictEqual(PRINCIPAL)
  expect(eachMember(1)).toStrictEqual({ subject: 1, client: 1, session: 1 })
})

test('the records of a token are its cutoffs, its own and that of its session', () => {
  const cutoffKeys = new Map([['global', 'g']] as const)
  expect(keysOf({ cutoffKeys, tokenKey: 't', sessionKey: 's' })).toEqual(['g', 't', 's'])
  expect(keysOf({ cutoffKeys, tokenKey: null, sessionKey: null })).toEqual(['g'])
})
