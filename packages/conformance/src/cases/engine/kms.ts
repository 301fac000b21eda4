import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { lateAfter } from '../../harness/late-after.ts'
import { fairTimeout } from '../../harness/timeouts.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import { assertRefused, assertThrows } from './assertions.ts'
import { assertOpened, holdersSent, issueSealed, type Sealed } from './sealed-records.ts'
import { KMS_STATES, type KmsState, type TestKms, testKms } from './test-kms.ts'

type Calls = Readonly<Record<string, () => Promise<unknown>>>

const GRANT = { subject: 'ada', client: 'web' } as const
const NOTE = { reason: 'lost phone', actor: 'support' }
const UNAVAILABLE = 'TOKENWARD_KEYS_UNAVAILABLE'
/** ms on an idle machine. */
const DEADLINE = 1_000
/** Within so many ms after it answers again, a KMS is used again. */
const RECOVERY = 5_000

const kmsCase: Case = {
  name: 'kms',
  level: 'engine',
  catches:
    'without the KMS only what must be sealed fails, in time, and nothing of it is stored; with it all works again',
  requires: holdsData,
  async run(context) {
    const repository = await context.repository()
    const kms = testKms(context)
    const owner = await context.instance({ sealing: kms })
    const deadline = await context.shortDeadline(DEADLINE)
    const fixture = { context, repository, kms, owner, deadline }
    for (const state of KMS_STATES) await without(fixture, state)
  },
}

interface Fixture {
  readonly context: CaseContext
  readonly repository: TokenRepository
  readonly kms: TestKms
  /** Has a data key, and a long deadline. */
  readonly owner: Tokenward
  readonly deadline: number
}

/** What needs no sealing works; what does is refused in time; and all of it works again afterwards. */
async function without(fixture: Fixture, state: KmsState): Promise<void> {
  const { context, repository, kms, owner, deadline } = fixture
  const login = await issueSealed(context, owner, repository, 'session')
  const token = await issueSealed(context, owner, repository, 'token')
  const sent = recordCalls()
  const options = { sealing: kms, deadline: `${deadline}ms`, wrap: sent.wrap } as const
  // It has not asked the KMS yet: after a failure, calls that can do without it do not wait.
  const instance = await context.instance(options)
  kms.state = state
  await worksWithout(instance, login, token, deadline, state)
  const isClear = JSON.stringify(sent.writes).includes(NOTE.reason)
  assert.equal(isClear, false, `KMS ${state}: a note that cannot be sealed is stored in clear`)
  sent.clear()
  await refusedWithout(instance, login, deadline, state)
  assert.deepEqual(holdersSent(sent), [], `KMS ${state}: a login that failed is stored`)
  kms.state = 'up'
  await recovers(fixture, instance, state)
}

async function worksWithout(
  instance: Tokenward,
  login: Sealed,
  token: Sealed,
  deadline: number,
  state: KmsState,
): Promise<void> {
  const subject = `bob ${state}`
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
    revoke: () => instance.revoke({ subject }, NOTE),
    'revoke by id': () => instance.revoke({ jti: 'unknown' }, NOTE),
  }
  await allInTime(calls, deadline, `KMS ${state}`)
  assert.equal((await instance.explain({ subject })).reason, 'revoked', `${subject} is revoked`)
  await instance.revoke(token.accessToken, NOTE)
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

async function recovers(
  { context, repository }: Fixture,
  instance: Tokenward,
  state: KmsState,
): Promise<void> {
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
