// What the cases about sealing share: they exchange and change sealed texts behind core's back.
import assert from 'node:assert/strict'
import type { Events, generateSealingKey, Target, Tokenward } from '@tokenward/core'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline } from '../../harness/timeouts.ts'
import type { CallRecorder } from '../../interceptors/record-calls.ts'
import { assertActive } from './assertions.ts'

export type LocalKey = ReturnType<typeof generateSealingKey>
export type Body = Record<string, unknown>

/** An access token with data, and the record that holds the data. */
export interface Sealed {
  readonly kind: 'session' | 'token'
  readonly accessToken: string
  /** Only with a session. */
  readonly refreshToken?: string
  readonly target: Target
  readonly data: object
  readonly label: string
  /** The key of the record. */
  readonly key: string
  /** What is sealed in the record. */
  readonly text: string
}

/** @param kind where the data is: in the record of a session, or of a token without a session */
export async function issueSealed(
  context: CaseContext,
  instance: Tokenward,
  repository: TokenRepository,
  kind: Sealed['kind'],
): Promise<Sealed> {
  const [data, label] = [{ secret: context.random.hex(16) }, `device ${context.random.hex(8)}`]
  const grant = { subject: `ada ${context.random.hex(8)}`, client: 'web', data, label }
  const login = kind === 'session' ? await instance.issue(grant) : null
  const issued = login ?? (await instance.issue({ ...grant, refresh: false }))
  const { accessToken } = issued
  const stored = await instance.data(accessToken)
  assert.ok(stored.found, `the data of a ${kind} is found`)
  assert.deepEqual(stored.data, data, `the data of a ${kind} is read back`)
  const key = stored.record
  const { body } = await readRecord(repository, key)
  const text = sealedIn(body)
  const own = { kind, accessToken, data, label, key, text }
  if (login === null) return { ...own, target: { jti: issued.jti } }
  const { refreshToken, session } = login
  return { ...own, refreshToken, target: { session } }
}

export async function readRecord(repository: TokenRepository, key: string): Promise<StoredRecord> {
  const [record] = await repository.read([key], deadline())
  assert.ok(record, `there is a record under ${key}`)
  return record
}

export function sealedIn(body: string): string {
  const { sealed } = JSON.parse(body) as Body
  assert.equal(typeof sealed, 'string', 'the record has a sealed text')
  return String(sealed)
}

export async function sealedTextOf(repository: TokenRepository, key: string): Promise<string> {
  return sealedIn((await readRecord(repository, key)).body)
}

/** Replaces what is sealed in a record, as an attacker could who can write to the store. */
export function replaceText(
  context: CaseContext,
  repository: TokenRepository,
  key: string,
  sealed: string,
): Promise<void> {
  return replaceBody(context, repository, key, (body) => ({ ...body, sealed }))
}

export async function replaceBody(
  context: CaseContext,
  repository: TokenRepository,
  key: string,
  change: (body: Body) => Body,
): Promise<void> {
  const record = await readRecord(repository, key)
  const body = JSON.stringify(change(JSON.parse(record.body) as Body))
  await store(repository, { ...record, body, etag: context.random.hex(22) }, record.etag)
}

export async function store(
  repository: TokenRepository,
  record: StoredRecord,
  expected: string | null,
): Promise<void> {
  const [done] = await repository.write([{ record, expected }], deadline())
  assert.equal(done, true, 'the changed record was stored')
}

type Unreadable = Pick<Events['unreadable'], 'record' | 'keyId'>

/** The events `unreadable` of one call. */
export async function unreadableDuring<T>(
  instance: Tokenward,
  call: () => Promise<T>,
): Promise<{ readonly result: T; readonly events: readonly Unreadable[] }> {
  const events: Unreadable[] = []
  const stop = instance.on('unreadable', ({ record = '', keyId }) => events.push({ record, keyId }))
  const result = await call()
  stop()
  return { result, events }
}

/** The token is active, whether its data is asked for or not; the data is `null`, with an event. */
export async function assertNotOpened(
  instance: Tokenward,
  { accessToken, key }: Sealed,
  keyId: string,
  what: string,
): Promise<void> {
  const plain = await unreadableDuring(instance, () => assertActive(instance, accessToken, what))
  assert.ok(!('data' in plain.result), `${what}: no data where none is asked for`)
  assert.deepEqual(plain.events, [], `${what}: nothing is opened where no data is asked for`)
  const asked = await unreadableDuring(instance, () =>
    assertActive(instance, accessToken, `${what}, with its data`, { data: true }),
  )
  assert.equal(asked.result.data, null, `${what}: it was opened`)
  assert.equal(asked.result.label, undefined, `${what}: its label was opened`)
  assert.deepEqual(asked.events, [{ record: key, keyId }], `${what}: an event with the key id`)
}

/** The token is active, and has its data and its label. */
export async function assertOpened(
  instance: Tokenward,
  { accessToken, data, label }: Sealed,
  what: string,
): Promise<void> {
  const { result, events } = await unreadableDuring(instance, () =>
    assertActive(instance, accessToken, what, { data: true }),
  )
  assert.deepEqual(result.data, data, `${what}: its data is read`)
  assert.equal(result.label, label, `${what}: its label is read`)
  assert.deepEqual(events, [], `${what}: no event`)
}

/**
 * The records of tokens and sessions that were sent. A call that fails may have written cutoffs and the
 * root: they are not what was asked for, and hold no data.
 */
export function holdersSent({ writes }: CallRecorder): StoredRecord[] {
  const records = writes.flat().map(({ record }) => record)
  return records.filter(({ kind }) => kind === 'session' || kind === 'token')
}
