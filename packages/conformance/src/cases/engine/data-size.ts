import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { generateSealingKey, isTokenwardError, type Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import type { InstanceOverrides } from '../../harness/instance-options.ts'
import { chain, type RepositoryWrapper, replace } from '../../interceptors/intercept.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import { assertActive, assertRefused, assertThrows } from './assertions.ts'
import { holdersSent } from './sealed-records.ts'

const SMALL_BYTES = 100
/** Of stores that take more: megabytes would take long. */
const MOST_BODY_BYTES = 65_536
const DEFAULT_BYTES = 16_384
/** The rest of a record, such as epochs and the header of a sealed text. */
const OTHER_BYTES = 4_096
const INVALID = 'TOKENWARD_INVALID_INPUT'
/** One to four bytes of UTF-8, and characters that JSON escapes. */
const UNITS = ['x', '中', '\u0001', 'é', '\u{1f4a5}', '\n', '"']
/** Names and notes of the most units: of three bytes each, and of six in JSON. */
const LONG = '中'.repeat(1_024)
const LONGEST = '\u0001'.repeat(1_024)

interface Fixture {
  readonly instance: Tokenward
  readonly sent: CallRecorder
  readonly bytes: number
  readonly maxBodyBytes: number
}

const dataSize: Case = {
  name: 'data-size',
  level: 'engine',
  catches:
    'data of exactly the largest size is stored whole; one byte more is refused before anything is sent',
  requires: holdsData,
  async run(context) {
    const sealing = generateSealingKey()
    const maxBodyBytes = Math.min(context.environment.capabilities.maxBodyBytes, MOST_BODY_BYTES)
    const narrow: RepositoryWrapper = (inner) =>
      replace(inner, { capabilities: { ...inner.capabilities, maxBodyBytes } })
    await context.prepare({ sealing })
    const largest = await largestOf(context, { sealing, wrap: narrow })
    for (const bytes of [2, SMALL_BYTES, Math.min(DEFAULT_BYTES, largest), largest]) {
      const sent = recordCalls()
      const isDefault = bytes === DEFAULT_BYTES
      const wrap = chain(sent.wrap, narrow)
      const options = { sealing, wrap, ...(!isDefault && { maxDataBytes: bytes }) }
      const fixture = { sent, bytes, maxBodyBytes, instance: await context.instance(options) }
      const units = bytes === SMALL_BYTES ? UNITS : UNITS.slice(0, 2)
      for (const unit of units) await exactly(fixture, { subject: 'ada', client: 'web' }, unit)
      const names = bytes <= SMALL_BYTES ? [] : ['ada', LONG, LONGEST]
      for (const name of names) await withLongNames(fixture, name)
      assertBodiesFit(fixture)
    }
  },
}

function assertBodiesFit({ sent, bytes, maxBodyBytes }: Fixture): void {
  const longest = Math.max(...sent.writes.flat().map(({ record }) => record.body.length))
  const what = `with up to ${bytes} bytes of data: a record of ${longest} bytes`
  assert.ok(longest <= maxBodyBytes, `${what}, and ${maxBodyBytes} fit`)
}

/** The largest size that an instance on this store can be given, by its error for one that is too large. */
async function largestOf(context: CaseContext, options: InstanceOverrides): Promise<number> {
  const given = context.instance({ ...options, maxDataBytes: 2 ** 30 })
  const error = await assertThrows(given, INVALID, 'data that is larger than a record')
  const largest = Number(/at most (\d+)/.exec(error.message)?.[1])
  assert.ok(largest > 0, `the largest size is in the error: ${error.message}`)
  return largest
}

/** JSON of exactly so many bytes: the unit as often as it fits, and the rest filled up. */
function dataOf(bytes: number, unit: string): object {
  if (bytes === 2) return {}
  const room = bytes - Buffer.byteLength('{"d":""}')
  const size = Buffer.byteLength(JSON.stringify(unit)) - 2
  const d = unit.repeat(Math.floor(room / size)) + 'x'.repeat(room % size)
  const data = { d }
  assert.equal(Buffer.byteLength(JSON.stringify(data)), bytes)
  return data
}

async function exactly(
  { instance, sent, bytes }: Fixture,
  grant: { readonly subject: string; readonly client: string },
  unit: string,
): Promise<void> {
  const data = dataOf(bytes, unit)
  const tooLarge = bytes === 2 ? { x: 1 } : dataOf(bytes + 1, unit)
  const what = `${bytes} bytes of ${JSON.stringify(unit)}`
  const login = await instance.issue({ ...grant, data })
  await assertStored(instance, login.accessToken, data, what)
  sent.clear()
  for (const refresh of [true, false] as const) {
    const issued = instance.issue({ ...grant, data: tooLarge, refresh } as typeof grant)
    const error = await assertThrows(issued, INVALID, `one byte more than ${what}`)
    assert.match(error.message, /options\.data/, `one byte more than ${what}: the path`)
    assert.ok(error.message.includes(String(bytes)), `the maximum is in ${error.message}`)
  }
  assert.equal(sent.calls(), 0, `one byte more than ${what}: nothing is sent`)
  const { session } = login
  const update = instance.updateData({ session }, () => tooLarge)
  await assertThrows(update, INVALID, `updated to one byte more than ${what}`)
  assert.deepEqual(sent.writes, [], `updated to one byte more than ${what}: nothing is written`)
  const done = await instance.updateData({ session }, (stored) => {
    assertSame(stored, data, `${what}, after an update that was refused`)
    return data
  })
  assert.equal(done.updated, true, `updated to ${what}`)
  await assertStored(instance, login.accessToken, data, `${what}, after an update`)
}

/**
 * Names and data share one record. Where both do not fit, the call is refused before anything is stored;
 * where they do, the longest note also fits: nothing may keep a token from being revoked.
 */
async function withLongNames(fixture: Fixture, name: string): Promise<void> {
  const { instance, sent, bytes } = fixture
  const data = dataOf(bytes, 'x')
  // Two names of control characters do not fit into a token.
  const names = {
    subject: name,
    client: Buffer.byteLength(JSON.stringify(name)) > 4_000 ? 'web' : name,
  }
  const grant = { ...names, label: name.slice(0, 128), data }
  const what = `${bytes} bytes, with names of ${JSON.stringify(name[0])}`
  const earlier = holdersSent(sent).length
  try {
    const { accessToken, refreshToken } = await instance.issue(grant)
    await assertStored(instance, accessToken, data, what)
    assert.equal((await instance.rotate(refreshToken)).active, true, `${what}: it rotates`)
    // A store with little room never keeps the longest note, but may keep this one.
    for (const text of [LONGEST, LONGEST.slice(0, 512)])
      await assertRevocable(fixture, grant, { reason: text, actor: text }, what)
  } catch (error) {
    if (!isTokenwardError(error, INVALID)) throw error
    assert.equal(holdersSent(sent).length, earlier, `${what}: refused, and nothing is stored`)
    assert.match(error.message, /too large together/, what)
  }
}

async function assertRevocable(
  { instance, maxBodyBytes }: Fixture,
  grant: { readonly subject: string; readonly client: string; readonly data: object },
  note: { readonly reason: string; readonly actor: string },
  what: string,
): Promise<void> {
  const { accessToken, jti } = await instance.issue({ ...grant, refresh: false })
  await assertStored(instance, accessToken, grant.data, what)
  const used = await instance.consume(accessToken, { idempotencyKey: LONGEST })
  assert.equal(used.active, true, `${what}: it can be consumed`)
  await instance.revoke({ jti }, note)
  await assertRefused(instance, accessToken, `${what}, revoked with a long note`, 'revoked')
  const shown = await instance.explain({ jti })
  const json = Buffer.byteLength(JSON.stringify({ ...grant, ...note }))
  // Where both do not fit, the note is dropped. In base64url, and with the rest of the record.
  if (json * (4 / 3) + OTHER_BYTES > maxBodyBytes && shown.note === undefined) return
  assert.deepEqual({ ...shown.note }, note, `${what}: the note`)
}

async function assertStored(
  instance: Tokenward,
  accessToken: string,
  data: object,
  what: string,
): Promise<void> {
  const result = await assertActive(instance, accessToken, what, { data: true })
  assertSame(result.data, data, what)
}

/** As text: a failure does not print megabytes. */
function assertSame(stored: unknown, data: object, what: string): void {
  assert.ok(JSON.stringify(stored) === JSON.stringify(data), `${what}: stored whole`)
}

export const cases: readonly Case[] = [dataSize]
