import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { type Events, generateSealingKey, type Login, type Tokenward } from '@tokenward/core'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline } from '../../harness/timeouts.ts'
import { captureOutput } from '../../interceptors/capture-output.ts'
import { chain } from '../../interceptors/intercept.ts'
import { outage } from '../../interceptors/outage.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import { assertNotReadable } from './not-readable.ts'
import type { LocalKey } from './sealed-records.ts'

/** The fields of events that name somebody or something, as documented in `Events`. */
const NAMES = ['subject', 'client', 'session', 'jti', 'record'] as const

const EVENTS: readonly (keyof Events)[] = [
  'issued',
  'rotated',
  'retried',
  'consumed',
  'revoked',
  'unreadable',
  'unavailable',
  'finding',
  'operation',
]

interface Canaries {
  readonly data: string
  readonly label: string
  readonly subject: string
  readonly client: string
  readonly reason: string
  readonly actor: string
}

const sealedAtRest: Case = {
  name: 'sealed-at-rest',
  level: 'engine',
  catches:
    'with sealing, no data, label, name or note can be read in the store, an error or an event; and no content key is used twice',
  requires: holdsData,
  async run(context) {
    const canaries = canariesOf(context)
    const sealing = generateSealingKey()
    const [sent, backend, output] = [recordCalls(), outage(), captureOutput()]
    const events: Readonly<Record<string, unknown>>[] = []
    try {
      const instance = await context.instance({ sealing, wrap: chain(backend.wrap, sent.wrap) })
      for (const name of EVENTS) instance.on(name, (event) => events.push({ ...event }))
      const logins = await useEverything(context, instance, canaries, sealing)
      const records = await everyVersion(await context.repository(), sent)
      backend.reads = backend.writes = 'refuses'
      for (const error of await errorsOf(context, instance, logins, canaries)) output.note(error)
      assertNotReadable('a record', records.map(textOf), [
        ...Object.entries(canaries),
        ...idsOf(logins),
      ])
      assertNotReadable('a log or an error', output.captured, Object.entries(canaries))
      assert.ok(events.length > 10, 'events were captured')
      assertNotReadable('an event', events.map(withoutNames), Object.entries(canaries))
      assertNoKeyTwice(records)
    } finally {
      output.stop()
    }
  },
}

function canariesOf({ random }: CaseContext): Canaries {
  const canary = (what: string) => `${what}-${random.hex(24)}`
  return {
    data: canary('data'),
    label: canary('label'),
    subject: canary('subject'),
    client: canary('client'),
    reason: canary('reason'),
    actor: canary('actor'),
  }
}

/** Every operation that seals something; the same content several times. */
async function useEverything(
  context: CaseContext,
  instance: Tokenward,
  { data: secret, label, subject, client, reason, actor }: Canaries,
  sealing: LocalKey,
): Promise<Login[]> {
  const grant = { subject, client, data: { secret, [secret]: [secret] }, label }
  const note = { reason, actor }
  const first = await instance.issue(grant)
  const second = await instance.issue(grant)
  const single = await instance.issue({ ...grant, refresh: false })
  await instance.rotate(first.refreshToken)
  await instance.verify(first.accessToken, { data: true })
  for (const target of [{ session: first.session }, { jti: single.jti }]) {
    const done = await instance.updateData(target, (data) => data)
    assert.ok(done.updated, 'the data is updated')
  }
  await instance.consume(single.accessToken)
  await instance.revoke({ jti: single.jti }, note)
  await instance.revoke({ session: second.session }, note)
  await instance.revoke({ subject, client }, note)
  await instance.revoke({ subject }, { ...note, only: 'access' })
  await instance.revoke({ subject }, note)
  const last = await instance.issue(grant)
  const newer = await context.instance({ sealing: [generateSealingKey(), sealing] })
  await newer.rotate(last.refreshToken)
  if (context.environment.capabilities.listing) {
    const { items } = await instance.sessions({ subject }, { data: true })
    assert.equal(items.length, 3, 'the sessions are listed')
    await instance.issue({ ...grant, maxSessions: 1 })
    await instance.revoke({ subject, except: first.session }, note)
    await instance.reseal()
  }
  return [first, second, last]
}

/** What was sent, and what is stored now: other instances have written it. */
async function everyVersion(
  repository: TokenRepository,
  { writes }: CallRecorder,
): Promise<StoredRecord[]> {
  const sent = writes.flat().map(({ record }) => record)
  assert.ok(sent.length > 10, 'records were captured')
  const keys = [...new Set(sent.map(({ key }) => key))]
  const found = await repository.read(keys, deadline())
  return [...sent, ...found.filter((record) => record !== null)]
}

/** Errors about input, about missing keys and about a store that is away, all with secrets at hand. */
async function errorsOf(
  context: CaseContext,
  instance: Tokenward,
  [first, ...others]: readonly Login[],
  { data: secret, label, subject, client, reason, actor }: Canaries,
): Promise<unknown[]> {
  const plain = await context.instance()
  const grant = { subject, client }
  const target = { session: first?.session ?? '' }
  const calls: (() => Promise<unknown>)[] = [
    () => instance.issue({ ...grant, data: { secret: [secret, 1n] } }),
    () => instance.issue({ ...grant, data: { secret: secret.repeat(1_000) } }),
    () => instance.issue({ ...grant, label: label.repeat(10) }),
    () => instance.issue({ ...grant, data: secret as unknown as object }),
    () => plain.issue({ ...grant, data: { secret } }),
    () => plain.updateData(target, () => ({ secret })),
    () => instance.revoke({ subject }, { reason: reason.repeat(100), actor }),
    () => instance.issue({ ...grant, data: { secret }, label }),
    () => instance.updateData(target, () => ({ secret })),
    () => instance.revoke({ subject }, { reason, actor }),
    () => instance.verify(others[0]?.accessToken ?? '', { data: true }),
  ]
  const errors = calls.map((call) => failureOf(call()))
  return Promise.all(errors)
}

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call
  } catch (error) {
    return error
  }
  return assert.fail('a call succeeded that must fail')
}

function idsOf(logins: readonly Login[]): [what: string, secret: string][] {
  return logins.flatMap(({ session, jti }): [string, string][] => [
    ['session', session],
    ['jti', jti],
  ])
}

/** With what its parts encode: a header is no secret as long as it holds none. */
function textOf({ body, groups, key }: StoredRecord): string {
  const decoded = body
    .match(/[\w-]{16,}/g)
    ?.map((part) => Buffer.from(part, 'base64url').toString('latin1'))
  return JSON.stringify([key, groups, body, decoded])
}

function withoutNames(event: Readonly<Record<string, unknown>>): string {
  const kept = Object.entries(event).filter(([name]) => !NAMES.some((each) => each === name))
  return JSON.stringify(kept)
}

/** The same content was sealed several times: with a fresh content key no part is the same. */
function assertNoKeyTwice(records: readonly StoredRecord[]): void {
  const texts = new Set(records.flatMap(({ body }) => body.match(/(?:[\w-]+\.){4}[\w-]+/g) ?? []))
  assert.ok(texts.size > 10, `${texts.size} sealed texts were captured`)
  for (const [part, what] of ['', 'content key', 'nonce', 'ciphertext', 'tag'].entries()) {
    if (what === '') continue
    const parts = new Set([...texts].map((text) => text.split('.')[part]))
    assert.equal(parts.size, texts.size, `two texts were sealed with the same ${what}`)
  }
}

export const cases: readonly Case[] = [sealedAtRest]
