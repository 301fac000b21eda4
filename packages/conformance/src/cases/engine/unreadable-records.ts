import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import type { StoredRecord } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { corruptBodies, replaceWithCorrupt } from '../../interceptors/corrupt-bodies.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always, handle } from '../../suite/requirements.ts'
import { assertLoginActive } from './assertions.ts'

type Kind = StoredRecord['kind']

// The root last: nothing works after it, and a new instance reads it first.
const KINDS: readonly Kind[] = ['token', 'session', 'cutoff', 'root']

const unreadableRecord: Case = {
  planRow: 34,
  name: 'unreadable-record',
  level: 'engine',
  catches: 'a record that cannot be understood refuses: it is neither missing nor active',
  requires: always,
  async run(context) {
    const [repository, fixture] = [await context.repository(), await openFixture(context)]
    const verifiers = [
      await context.instance(),
      await context.instance({ onUnavailable: 'accept' }),
    ]
    for (const kind of KINDS) {
      const example = await logInWithRecord(context, fixture, kind)
      const others = KINDS.filter((other) => other !== kind).map((other) => ({ kind: other }))
      const bodies = bodiesFor(context, kind, example.record.body).map((body) => ({ body }))
      for (const damage of [...bodies, ...others]) {
        const { login, record } = await logInWithRecord(context, fixture, kind)
        await replaceWithCorrupt(repository, record, damage, context.random)
        const what = `${kind} with ${JSON.stringify(damage)}`
        for (const verifier of verifiers) await assertUnreadableRefused(verifier, login, kind, what)
        const { body } = record
        await replaceWithCorrupt(repository, record, { body, kind }, context.random)
      }
    }
  },
}

const unreadableBytes: Case = {
  name: 'unreadable-bytes',
  level: 'engine',
  catches: 'an adapter that cannot read a stored record never reports it as missing',
  requires: handle('damage'),
  async run(context) {
    const [fixture, verifier] = [await openFixture(context), await context.instance()]
    for (const kind of KINDS) {
      const { login, record } = await logInWithRecord(context, fixture, kind)
      await context.environment.server.damage?.(record.key)
      await assertUnreadableRefused(verifier, login, kind, `stored bytes of a ${kind}`)
    }
  },
}

/** Every field of a cutoff may be missing: an empty object is a valid cutoff, not a corrupt one. */
function bodiesFor(context: CaseContext, kind: Kind, body: string): string[] {
  const bodies = corruptBodies(body, context.random)
  return kind === 'cutoff' ? bodies.filter((each) => !/^\{(\}|"__proto__")/.test(each)) : bodies
}

interface RecordFixture {
  readonly instance: Tokenward
  readonly sent: CallRecorder
}

async function openFixture(context: CaseContext): Promise<RecordFixture> {
  const sent = recordCalls()
  return { sent, instance: await context.instance({ wrap: sent.wrap }) }
}

interface LoginWithRecord {
  readonly login: Login
  readonly record: StoredRecord
}

/** A login with a record of that kind; if it is a cutoff, it has just revoked the login. */
async function logInWithRecord(
  context: CaseContext,
  { instance, sent }: RecordFixture,
  kind: Kind,
): Promise<LoginWithRecord> {
  sent.clear()
  const subject = `ada ${context.random.hex(8)}`
  const login = await instance.issue({ subject, client: 'web' })
  await assertLoginActive(instance, login, 'before the corruption')
  if (kind === 'cutoff') await instance.revoke({ subject })
  if (kind === 'root') await instance.revoke({ everything: true })
  const written = sent.writes.flat().findLast(({ record }) => record.kind === kind)
  assert.ok(written, `a ${kind} was written`)
  return { login, record: written.record }
}

/** It is not accepted, whatever was chosen for outages; every error is a TokenwardError. */
async function assertUnreadableRefused(
  instance: Tokenward,
  login: Login,
  kind: Kind,
  what: string,
): Promise<void> {
  let events = 0
  const stop = instance.on('corrupt', () => events++)
  let refusals = 0
  for (const [name, call] of Object.entries(callsOn(instance, login, kind))) {
    try {
      const { active, reason } = await call()
      assert.equal(active, false, `${what}: ${name} accepted`)
      if (reason === 'corrupt') refusals++
    } catch (error) {
      if (!isTokenwardError(error)) throw error
    }
  }
  stop()
  if (refusals > 0) assert.ok(events > 0, `${what}: an event reports the corruption`)
}

type Call = () => Promise<{ active: boolean; reason?: string }>

/** Operations that read a record of that kind. */
function callsOn(instance: Tokenward, login: Login, kind: Kind): Record<string, Call> {
  const onAccess: Record<string, Call> = {
    verify: () => instance.verify(login.accessToken),
    explain: () => instance.explain(login.accessToken),
    consume: () => instance.consume(login.accessToken),
  }
  const onRefresh: Record<string, Call> = {
    refresh: () => instance.verify(login.refreshToken, { kind: 'refresh' }),
    rotate: () => instance.rotate(login.refreshToken),
  }
  if (kind === 'token') return onAccess
  return kind === 'session' ? onRefresh : { ...onAccess, ...onRefresh }
}

export const cases: readonly Case[] = [unreadableRecord, unreadableBytes]
