import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY } from '../../harness/clock.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import {
  assertActive,
  assertLoginActive,
  assertLoginRefused,
  assertRotated,
  REFRESH,
} from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
/** Days. */
const SESSION = 4
const lifetimes = { access: '1h', refresh: `${SESSION}d`, session: `${SESSION}d` } as const

const cutoffExtendedAtIssue: Case = {
  planRow: 69,
  name: 'cutoff-extended-at-issue',
  level: 'engine',
  catches:
    'a login finds cutoffs that last to its end or extends them, which refuses no other login',
  requires: all(evicting, handle('drop')),
  async run(context) {
    await activeToItsEnd(context)
    await longerLogins(context)
  },
}

/** The subject logs in when its cutoffs have half of their time left, or less. */
async function activeToItsEnd(context: CaseContext): Promise<void> {
  const store = await Store.create(context)
  const { instance } = store
  const first = await instance.issue(GRANT)
  await store.passes(0.9 * SESSION)
  store.sent.clear()
  const second = await instance.issue(GRANT)
  // A cutoff is stored for twice the lifetime of a login, so that most logins need not write it.
  assert.deepEqual(renewed(store.sent), [], 'cutoffs that last long enough are left alone')
  await assertActive(instance, first.refreshToken, 'the first login', REFRESH)
  await store.passes(0.9 * SESSION)
  const third = await instance.issue(GRANT)
  assert.ok(renewed(store.sent).length > 0, 'cutoffs that end too soon are extended')
  await assertActive(instance, second.refreshToken, 'a login from before the extension', REFRESH)
  await store.passes(0.09 * SESSION)
  await assertActive(instance, second.refreshToken, 'at the end of that login', REFRESH)
  await assertLoginRefused(instance, first, 'past its end')
  await store.passes(0.9 * SESSION)
  await assertRotates(instance, third, 'at the end of the third login')
  await store.passes(0.02 * SESSION)
  await assertLoginRefused(instance, third, 'past its end')
  await assertLoginActive(instance, await instance.issue(GRANT), 'a new login is accepted')
}

/** Another machine issues longer logins than the cutoffs were stored for. */
async function longerLogins(context: CaseContext): Promise<void> {
  const namespace = `${context.namespace} longer`
  const store = await Store.create(context, namespace)
  const short = await store.instance.issue(GRANT)
  const longer = { ...lifetimes, refresh: `${4 * SESSION}d`, session: `${4 * SESSION}d` } as const
  const instance = await context.instance({
    namespace,
    lifetimes: longer,
    wrap: store.sent.wrap,
  })
  const long = await instance.issue(GRANT)
  await assertLoginActive(store.instance, short, 'issued under the same cutoffs')
  await store.passes(3.99 * SESSION)
  await assertRotates(instance, long, 'at the end of the longer login')
}

async function assertRotates(instance: Tokenward, login: Login, what: string): Promise<void> {
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, what)
  await assertLoginActive(instance, next, what)
}

/** Cutoffs that existed before and were written again. */
function renewed({ writes }: CallRecorder): readonly string[] {
  const again = writes.flat().filter(({ expected }) => expected !== null)
  return again.filter(({ record }) => record.kind === 'cutoff').map(({ record }) => record.key)
}

/**
 * An instance on the test's clock, which also decides eviction, because the store's own clock cannot be
 * moved.
 */
class Store {
  readonly instance: Tokenward
  readonly sent: CallRecorder
  readonly #context: CaseContext
  readonly #until = new Map<string, number>()

  private constructor(context: CaseContext, instance: Tokenward, sent: CallRecorder) {
    this.#context = context
    this.instance = instance
    this.sent = sent
  }

  static async create(context: CaseContext, namespace?: string): Promise<Store> {
    const sent = recordCalls()
    const instance = await context.instance({
      ...(namespace && { namespace }),
      lifetimes,
      wrap: sent.wrap,
    })
    return new Store(context, instance, sent)
  }

  /** A number of days, in ms. */
  async passes(days: number): Promise<void> {
    const { clock, environment } = this.#context
    for (const { record } of this.sent.writes.flat())
      this.#until.set(record.key, record.retainUntil)
    clock.advance(days * DAY)
    for (const [key, until] of this.#until)
      if (until <= clock()) await environment.server.drop?.(key)
  }
}

export const cases: readonly Case[] = [cutoffExtendedAtIssue]
