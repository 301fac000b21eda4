import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { HOUR, MINUTE, SECOND } from '../../harness/clock.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertRefused } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

/** What a broken clock returns; the argument is the time in ms since 1970. */
const BROKEN: Record<string, (now: number) => unknown> = {
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  '-Infinity': () => Number.NEGATIVE_INFINITY,
  undefined: () => undefined,
  null: () => null,
  'an ISO string': (now) => new Date(now).toISOString(),
  digits: (now) => String(now),
  'a Date': (now) => new Date(now),
  'a bigint': (now) => BigInt(now),
  'a promise': (now) => Promise.resolve(now),
  'a list': (now) => [now],
  seconds: (now) => Math.floor(now / SECOND),
  'a second after the start of the process': () => 1_000,
  zero: () => 0,
  'an error': () => {
    throw new Error('no clock')
  },
}

const invalidClocks: Case = {
  name: 'invalid-clocks',
  level: 'engine',
  catches:
    'the clock returns whole milliseconds or the call fails: nothing is written, nothing accepted',
  requires: always,
  async run(context) {
    await fractions(context)
    await broken(context)
    await backwards(context)
  },
}

/** `performance.timeOrigin + performance.now()`: floored, so that every other instance can read it. */
async function fractions(context: CaseContext): Promise<void> {
  const sent = recordCalls()
  const other = await context.instance()
  const clock = () => context.clock() + 0.640_625
  const instance = await context.instance({ clock, wrap: sent.wrap })
  const before = await instance.issue(GRANT)
  await assertLoginActive(other, before, 'issued by a clock with fractions')
  assert.equal((await other.rotate(before.refreshToken)).active, true, 'and rotated by another')
  const used = await instance.issue({ ...GRANT, refresh: false })
  assert.equal((await instance.consume(used.accessToken)).active, true)
  await assertRefused(other, used.accessToken, 'consumed by a clock with fractions', 'consumed')
  await instance.revoke({ subject: 'ada' }, { before: context.clock() - HOUR })
  for (const target of [{ subject: 'ada' }, { everything: true }] as const) {
    const login = await instance.issue(GRANT)
    await instance.revoke(target)
    for (const each of [instance, other])
      await assertLoginRefused(each, login, 'revoked by fractions')
    await assertLoginActive(
      other,
      await instance.issue(GRANT),
      'a new login is accepted with fractions',
    )
    await assertLoginActive(instance, await other.issue(GRANT), 'and without')
  }
  const instants = sent.writes.flat().flatMap(({ record: { expiresAt, retainUntil, body } }) => {
    const inside = body.match(/(?<=:)\d+\.\d+/g) ?? []
    return [expiresAt, retainUntil, ...inside.map(Number)]
  })
  assert.ok(instants.every(Number.isSafeInteger), 'only whole milliseconds are stored')
}

async function broken(context: CaseContext): Promise<void> {
  const sent = recordCalls()
  let read: (now: number) => unknown = (now) => now
  const clock = () => read(context.clock()) as number
  const other = await context.instance()
  const instance = await context.instance({ clock, wrap: sent.wrap })
  const login = await other.issue(GRANT)
  const past = await other.issue({ ...GRANT, lifetime: '1s', refresh: false })
  context.clock.advance(60 * SECOND)
  for (const [name, answer] of Object.entries(BROKEN)) {
    read = answer
    sent.clear()
    const calls = { ...callsOf(instance, login), expired: () => instance.verify(past.accessToken) }
    for (const [method, call] of Object.entries(calls)) {
      const outcome = await call().catch((error: unknown) => error)
      const what = `${method} by a clock that answers ${name}`
      assert.ok(isTokenwardError(outcome), `${what}: ${describe(outcome)}`)
    }
    assert.equal(sent.writes.length, 0, `nothing is written by a clock that answers ${name}`)
    const made = context.environment.engine.createTokenward(
      context.options({ clock, policy: 'denylist' }),
    )
    const started = await made.catch((error: unknown) => error)
    if (!isTokenwardError(started)) await (started as Tokenward).close?.()
    await assertLoginActive(other, login, `beside a clock that answers ${name}`)
    read = (now) => now
    await assertLoginActive(
      instance,
      await instance.issue(GRANT),
      `after a clock that answered ${name}`,
    )
  }
}

/** Minutes, by a correction: revoked tokens stay revoked, and a new login is accepted. */
async function backwards(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const other = await context.instance({ clock: () => context.clock() + SECOND })
  const login = await instance.issue(GRANT)
  await instance.revoke({ subject: 'ada' })
  context.clock.advance(-10 * MINUTE)
  for (const each of [instance, other])
    await assertLoginRefused(each, login, 'after the clock went back')
  const next = await instance.issue(GRANT)
  for (const each of [instance, other])
    await assertLoginActive(each, next, 'issued by a clock that went back')
  await instance.revoke({ session: next.session })
  for (const each of [instance, other]) await assertLoginRefused(each, next, 'revoked by it')
  context.clock.advance(10 * MINUTE)
}

function callsOf(instance: Tokenward, login: Login): Record<string, () => Promise<unknown>> {
  return {
    verify: () => instance.verify(login.accessToken),
    refresh: () => instance.verify(login.refreshToken, { kind: 'refresh' }),
    explain: () => instance.explain(login.accessToken),
    consume: () => instance.consume(login.accessToken),
    rotate: () => instance.rotate(login.refreshToken),
    issue: () => instance.issue(GRANT),
    revoke: () => instance.revoke({ subject: 'ada' }),
    'revoke everything': () => instance.revoke({ everything: true }),
    'revoke a token': () => instance.revoke(login.accessToken),
  }
}

function describe(outcome: unknown): string {
  return outcome instanceof Error ? `${outcome}` : JSON.stringify(outcome)
}

export const cases: readonly Case[] = [invalidClocks]
