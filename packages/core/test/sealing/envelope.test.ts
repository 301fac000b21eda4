import { createDecipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { StoredRecord } from '../../src/adapter.ts'
import type { Place } from '../../src/sealing/envelope.ts'
import { Sealing } from '../../src/sealing/sealing.ts'
import { Deadline } from '../../src/store/deadline.ts'
import { ADA } from '../instance.ts'
import { keyOf } from '../map-repository.ts'
import { recordOfKind, sealedOf, sealing } from './fixtures.ts'

const KEY = { kty: 'oct', kid: 'seal-1', k: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' }
const PLACE: Place = { kind: 'session', key: keyOf(1) }
const CONTENTS = { subject: 'ada', label: 'Firefox', data: { cart: [1, 'ä'] } }
/** Sealed with {@link KEY} with format 2 of the records: every version with that format must open it. */
const KNOWN_TEXT = [
  'eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoic2VhbC0xIn0',
  'auUuZ3Q1lvLc7IaHFzft7p_rXuY1ff1EyWnFUOSW6H4WF3uRDX2G3Q',
  'WvAatOw9jRaAcWGK',
  'BT1YjeVR28NcEfF8c-F_MFOl2j0nfOYffM8z4RiViy3J_VXhd8eMJH3Nm9aCLyca8WonCq8bhjC5MzyJ',
  'OCYldV4E80bOxoe2bhbsVA',
].join('.')

const deadline = () => new Deadline(60_000)
const create = (namespace = 'test') => Sealing.create(namespace, KEY)

/** RFC 3394 §2.2.2, which node calls `id-aes256-wrap`. */
function unwrapKey(key: Buffer, wrapped: Buffer): Buffer {
  const decipher = createDecipheriv('id-aes256-wrap', key, Buffer.alloc(8, 0xa6))
  return Buffer.concat([decipher.update(wrapped), decipher.final()])
}

/** RFC 7516 §5.2 with plain node:crypto, and the AAD as SECURITY.md and the docs describe it. */
function openWithNode(text: string, key: string, namespace: string, { kind, key: at }: Place) {
  const parts = text.split('.')
  const [header = '', ...others] = parts
  const [encryptedKey, iv, ciphertext, tag] = others.map((each) => Buffer.from(each, 'base64url'))
  if (!encryptedKey || !iv || !ciphertext || !tag) throw new Error('a part is missing')
  const { alg, enc, kid } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const contentKey = unwrapKey(Buffer.from(key, 'base64url'), encryptedKey)
  const aad = ['tokenward', '2', namespace, kind, at].map((one) => `${one.length}:${one}`).join('')
  const decipher = createDecipheriv('aes-256-gcm', contentKey, iv)
  decipher.setAAD(Buffer.from(`${header}.${Buffer.from(aad).toString('base64url')}`))
  decipher.setAuthTag(tag)
  const plaintext = Buffer.concat([decipher.update(ciphertext), decipher.final()])
  const sizes = [contentKey, iv, tag].map(({ length }) => length)
  return { alg, enc, kid, parts: parts.length, sizes, contents: JSON.parse(plaintext.toString()) }
}

test('a stored text is opened by plain node:crypto, step by step', async () => {
  const key = { ...KEY, kid: 'any' }
  const { tokens, records } = await sealing({ sealing: key })
  const { session } = await tokens.issue({ ...ADA, data: { tenant: 'acme' }, label: 'Firefox' })
  const record = recordOfKind(records, 'session')
  expect(openWithNode(sealedOf(record), KEY.k, 'test', record)).toEqual({
    alg: 'A256KW',
    enc: 'A256GCM',
    kid: 'any',
    parts: 5,
    sizes: [32, 12, 16],
    contents: { ...ADA, session, label: 'Firefox', data: { tenant: 'acme' } },
  })
})

test('a text of an earlier release is opened', async () => {
  const opened = await (await create()).open(KNOWN_TEXT, PLACE, deadline())
  expect(opened).toEqual({ contents: CONTENTS })
  expect(openWithNode(KNOWN_TEXT, KEY.k, 'test', PLACE).contents).toEqual(CONTENTS)
})

test('each call uses a fresh content key and nonce', async () => {
  const seals = await create()
  const one = await seals.seal(CONTENTS, PLACE, deadline())
  const two = await seals.seal(CONTENTS, PLACE, deadline())
  const [, oneKey, oneIv] = one.split('.')
  const [, twoKey, twoIv] = two.split('.')
  expect([oneKey, oneIv]).not.toContain(twoKey)
  expect(oneIv).not.toBe(twoIv)
})

describe('what does not open', () => {
  const swap = (text: string, part: number, by: string): string =>
    text
      .split('.')
      .map((each, i) => (i === part ? by : each))
      .join('.')
  const header = (fields: object): string =>
    Buffer.from(JSON.stringify({ alg: 'A256KW', enc: 'A256GCM', ...fields })).toString('base64url')

  test.each<[string, string, string, Place, string]>([
    ['a text of another record', KNOWN_TEXT, 'test', { ...PLACE, key: keyOf(2) }, 'seal-1'],
    ['a text of another kind', KNOWN_TEXT, 'test', { ...PLACE, kind: 'token' }, 'seal-1'],
    ['a text of another namespace', KNOWN_TEXT, 'tes', PLACE, 'seal-1'],
    ['a text that was cut', KNOWN_TEXT.slice(0, -1), 'test', PLACE, 'seal-1'],
    ['a text with a further part', `${KNOWN_TEXT}.AA`, 'test', PLACE, 'seal-1'],
    ['a text without a tag', swap(KNOWN_TEXT, 4, ''), 'test', PLACE, 'seal-1'],
    ['another content key', swap(KNOWN_TEXT, 1, 'A'.repeat(54)), 'test', PLACE, 'seal-1'],
    ['another nonce', swap(KNOWN_TEXT, 2, 'A'.repeat(16)), 'test', PLACE, 'seal-1'],
    ['an unknown key', swap(KNOWN_TEXT, 0, header({ kid: 'seal-0' })), 'test', PLACE, 'seal-0'],
    [
      'another algorithm',
      swap(KNOWN_TEXT, 0, header({ alg: 'dir', kid: 'seal-1' })),
      'test',
      PLACE,
      'seal-1',
    ],
    ['a header without a key id', swap(KNOWN_TEXT, 0, header({})), 'test', PLACE, ''],
    [
      'a key id that is too long',
      swap(KNOWN_TEXT, 0, header({ kid: 'x'.repeat(129) })),
      'test',
      PLACE,
      '',
    ],
    ['a key id with a line break', swap(KNOWN_TEXT, 0, header({ kid: 'a\nb' })), 'test', PLACE, ''],
    ['an empty text', '', 'test', PLACE, ''],
    ['no JWE', '{"a":1}', 'test', PLACE, ''],
  ])('%s', async (_, text, namespace, place, unreadable) => {
    const opened = await (await create(namespace)).open(text, place, deadline())
    expect(opened).toMatchObject({ unreadable })
    expect(opened).not.toHaveProperty('contents')
  })
})

test('a body that another record had is no data of this one, and refuses no token', async () => {
  const { tokens, records } = await sealing()
  const ada = await tokens.issue({ ...ADA, data: { whose: 'ada' } })
  const eve = await tokens.issue({ subject: 'eve', client: 'web', data: { whose: 'eve' } })
  const events: object[] = []
  tokens.on('unreadable', (event) => events.push(event))
  const [ofEve, ofAda] = sessionsOf(records)
  if (!ofEve || !ofAda) throw new Error('two sessions')
  const { sealed } = JSON.parse(ofEve.body)
  records.set(ofAda.key, { ...ofAda, body: JSON.stringify({ ...JSON.parse(ofAda.body), sealed }) })
  const results = await Promise.all(
    [ada, eve].map(({ accessToken }) => tokens.verify(accessToken, { data: true })),
  )
  expect(results).toMatchObject([{ active: true }, { active: true }])
  const data = results.map((result) => (result.active ? result.data : undefined))
  expect(data.filter((each) => each === null)).toHaveLength(1)
  expect(events).toEqual([{ record: ofAda.key, keyId: expect.stringMatching(/^seal-/) }])
})

function sessionsOf(records: ReadonlyMap<string, StoredRecord>): StoredRecord[] {
  return [...records.values()].filter(({ kind }) => kind === 'session')
}
