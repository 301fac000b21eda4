import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { lateAfter } from '../../harness/late-after.ts'
import { fairTimeout } from '../../harness/timeouts.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertRefused, assertThrows } from './assertions.ts'
import { assertOpened, holdersSent, issueSealed, type Sealed } from './sealed-records.ts'
import { KMS_STATES, type KmsState, testKms } from './test-kms.ts'

type Calls = Readonly<Record<string, () => Promise<unknown>>>

const GRANT = { subject: 'ada', client: 'web' } as const
const UNAVAILABLE = 'TOKENWARD_KEYS_UNAVAILABLE'
/** ms on an idle machine. */
const DEADLINE = 400
/** Within so many ms after it answers again, a KMS is used again. */
const RECOVERY = 5_000
const LOGINS = 12

const kmsCase: Case = {
  name: 'kms',
  level: 'engine',
  catches:
    'one wrapped key serves many records; without the KMS only what must be sealed fails, in time, and nothing is stored',
  requires: always,
  async run(context) {
    await oneKeyForMany(context)
    for (const state of KMS_STATES) await without(context, state)
  },
}

async function oneKeyForMany(context: CaseContext): Promise<void> {
  const kms = testKms(context)
  const repository = await context.repository()
  const instance = await context.instance({ sealing: kms })
  const logins: Promise<Sealed>[] = []
  for (let i = 0; i < LOGINS; i++)
    logins.push(issueSealed(context, instance, repository, 'session'))
  const all = await Promise.all(logins)
  assert.equal(kms.wraps, 1, `${LOGINS} concurrent logins share one call of the KMS`)
  all.push(await issueSealed(context, instance, repository, 'token'))
  await instance.revoke({ subject: 'noted' }, { reason: 'lost phone' })
  assert.equal(kms.wraps, 1, 'one data key serves all records of an hour')
  assert.deepEqual(kms.namespaces, new Set([context.namespace]), 'the context of the key')
  const reader = await context.instance({ sealing: kms })
  const before = kms.unwraps
  await Promise.all(all.map((sealed) => assertOpened(reader, sealed, 'sealed by a KMS')))
  assert.equal(kms.unwraps - before, 1, 'a data key is unwrapped once, and kept')
}

/** What needs no sealing works; what does is refused in time; and all of it works again afterwards. */
async function without(context: CaseContext, state: KmsState): Promise<void> {
  const [kms, sent, repository] = [testKms(context), recordCalls(), await context.repository()]
  const healthy = await context.instance({ sealing: kms })
  const [login, other] = [
    await issueSealed(context, healthy, repository, 'session'),
    await issueSealed(context, healthy, repository, 'token'),
  ]
  const deadline = await context.shortDeadline(DEADLINE)
  const options = { sealing: kms, deadline: `${deadline}ms` } as const
  // Two that have not asked the KMS yet: after a failure, calls that can do without it do not wait.
  const [instance, second] = [
    await context.instance({ ...options, wrap: sent.wrap }),
    await context.instance({ ...options, wrap: sent.wrap }),
  ]
  kms.state = state
  await worksWithout(instance, login, other, deadline, state)
  const note = JSON.stringify(sent.writes).includes('lost phone')
  assert.equal(note, false, `KMS ${state}: a note that cannot be sealed is stored in clear`)
  sent.clear()
  for (const each of [second, instance]) await refusedWithout(each, login, deadline, state)
  assert.deepEqual(holdersSent(sent), [], `KMS ${state}: a login that failed is stored`)
  kms.state = 'up'
  await recovers(context, instance, state)
}

async function worksWithout(
  instance: Tokenward,
  login: Sealed,
  token: Sealed,
  deadline: number,
  state: KmsState,
): Promise<void> {
  const note = { reason: 'lost phone', actor: 'support' }
  const active = async (call: Promise<{ readonly active: boolean }>) =>
    assert.equal((await call).active, true)
  const calls: Calls = {
    issue: () => instance.issue(GRANT),
    rotate: () => active(instance.rotate(login.refreshToken ?? '')),
    verify: () => active(instance.verify(login.accessToken)),
    'verify with data': async () => {
      const result = await instance.verify(login.accessToken, { data: true })
      assert.deepEqual([result.active, result.active && result.data], [true, null])
    },
    consume: () => active(instance.consume(token.accessToken)),
    revoke: () => instance.revoke({ subject: 'bob' }, note),
    'revoke by id': () => instance.revoke({ jti: 'unknown' }, note),
  }
  await allInTime(calls, deadline, `KMS ${state}`)
  assert.equal((await instance.explain({ subject: 'bob' })).reason, 'revoked', 'bob is revoked')
  await instance.revoke(token.accessToken, note)
  await assertRefused(instance, token.accessToken, `KMS ${state}, revoked`, 'revoked')
}

async function refusedWithout(
  instance: Tokenward,
  { target }: Sealed,
  deadline: number,
  state: KmsState,
): Promise<void> {
  const what = `KMS ${state}`
  const calls: Calls = {
    'issue with data': () => instance.issue({ ...GRANT, data: { secret: 1 } }),
    'issue with a label': () => instance.issue({ ...GRANT, label: 'device', refresh: false }),
    // With another key it is not known whether the KMS or the text is wrong.
    ...(state !== 'other-key' && {
      data: () => instance.data(target),
      updateData: () => instance.updateData(target, () => ({ lost: true })),
    }),
  }
  const refused = Object.entries(calls).map(([name, call]) => [
    name,
    () => assertThrows(call, UNAVAILABLE, `${name}, ${what}`),
  ])
  await allInTime(Object.fromEntries(refused), deadline, what)
}

async function recovers(context: CaseContext, instance: Tokenward, state: KmsState): Promise<void> {
  const repository = await context.repository()
  const late = fairTimeout(RECOVERY)
  for (;;) {
    try {
      const sealed = await issueSealed(context, instance, repository, 'session')
      await assertOpened(instance, sealed, `KMS ${state}, and up again`)
      const { session } = await instance.issue(GRANT)
      const stored = await instance.data({ session })
      assert.equal(stored.found && stored.subject, GRANT.subject, 'names are sealed again, too')
      return
    } catch (error) {
      if (late.aborted)
        throw new Error(`KMS ${state}, and up again: not used again in ${RECOVERY} ms`, {
          cause: error,
        })
      // The timer of the limit needs its turn.
      await eventLoopTurns(1)
    }
  }
}

/** All calls at once: each settles by the deadline. */
async function allInTime(calls: Calls, deadline: number, what: string): Promise<void> {
  const late = lateAfter(deadline)
  const tooLate = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`${what}: it took longer than the deadline`))
    late.addEventListener('abort', fail, { once: true })
  })
  const inTime = Object.entries(calls).map(async ([name, call]) => {
    try {
      await Promise.race([call(), tooLate])
    } catch (cause) {
      throw new Error(`${name}, ${what}: ${(cause as Error).message}`, { cause })
    }
  })
  await Promise.all(inTime)
}

export const cases: readonly Case[] = [kmsCase]
