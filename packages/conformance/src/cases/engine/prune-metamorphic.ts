import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY, HOUR, MINUTE, SECOND, type TestClock, testClock } from '../../harness/clock.ts'
import type { Random } from '../../harness/random.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { REFRESH } from './assertions.ts'

const LIFETIMES = { access: '1h', refresh: '10d', session: '30d' } as const
const LEAPS = [SECOND, 8 * SECOND, MINUTE, HOUR, DAY, 6 * DAY]
const STEPS = 60

/** A step of a history; its result must not depend on pruning. */
type Step = (state: TestState) => Promise<unknown>

interface TestState {
  readonly instance: Tokenward
  readonly clock: TestClock
  readonly logins: Login[]
}

const pruneMetamorphic: Case = {
  planRow: 41,
  name: 'prune-metamorphic',
  level: 'engine',
  catches: 'retention covers every result that a record can still change',
  requires: claims('pruning'),
  rounds: { quick: 15, full: 1_000 },
  async run(context) {
    let deleted = 0
    for (let round = 0; round < context.rounds; round++) {
      const isDurable = context.environment.capabilities.durability === 'durable'
      const policy = isDurable && round % 2 === 1 ? 'denylist' : 'allowlist'
      const history = Array.from({ length: STEPS }, () => randomStep(context.random))
      const untouched = await createTestState(context, policy, `untouched ${round}`)
      const pruned = await createTestState(context, policy, `pruned ${round}`)
      for (const [at, step] of history.entries()) {
        const expected = await step(untouched)
        deleted += (await pruned.instance.prune({ limit: 1 + context.random.below(50) })).deleted
        assert.deepEqual(await step(pruned), expected, `${policy}, round ${round}, step ${at}`)
      }
    }
    assert.ok(deleted > 0, 'something was pruned')
    context.note(`${deleted} records were pruned`)
  },
}

async function createTestState(
  context: CaseContext,
  policy: 'allowlist' | 'denylist',
  name: string,
): Promise<TestState> {
  const clock = testClock(context.clock())
  const namespace = `${context.namespace} ${name}`
  const instance = await context.instance({ namespace, policy, clock, lifetimes: LIFETIMES })
  const logins = [await instance.issue({ subject: 'ada', client: 'web' })]
  return { instance, clock, logins }
}

function randomStep(random: Random): Step {
  const [kind, which] = [random.next(), random.next()]
  const grant = { subject: random.pick(['ada', 'bob']), client: random.pick(['web', 'app']) }
  if (kind < 0.2) {
    return async ({ instance, logins }) => {
      logins.push(await instance.issue(grant))
    }
  }
  if (kind < 0.4) {
    const leap = random.pick(LEAPS)
    return async ({ clock }) => clock.advance(leap)
  }
  if (kind < 0.55) return revocation(random, grant, which)
  const method = random.pick(['verify', 'refresh', 'rotate', 'consume'] as const)
  return (state) => ask(state, method, which)
}

async function ask(
  { instance, logins }: TestState,
  method: 'verify' | 'refresh' | 'rotate' | 'consume',
  which: number,
): Promise<unknown> {
  const login = choose(logins, which)
  if (method === 'rotate') {
    const answer = await instance.rotate(login.refreshToken)
    if (answer.active) logins.push(answer)
    return answer.active ? { retried: answer.retried } : summaryOf(answer)
  }
  if (method === 'consume') return summaryOf(await instance.consume(login.accessToken))
  if (method === 'refresh') return summaryOf(await instance.verify(login.refreshToken, REFRESH))
  return summaryOf(await instance.verify(login.accessToken))
}

function revocation(
  random: Random,
  grant: { subject: string; client: string },
  which: number,
): Step {
  const ago = random.pick(LEAPS)
  const steps: Step[] = [
    ({ instance, logins }) => instance.revoke(choose(logins, which).accessToken),
    ({ instance, logins }) => instance.revoke({ session: choose(logins, which).session }),
    ({ instance }) => instance.revoke({ subject: grant.subject }),
    ({ instance }) => instance.revoke({ client: grant.client }),
    ({ instance }) => instance.revoke(grant),
    ({ instance }) => instance.revoke({ subject: grant.subject }, { only: 'access' }),
    ({ instance, clock }) => instance.revoke({ client: grant.client }, { before: clock() - ago }),
  ]
  const step = random.pick(steps)
  // What a revocation returns about earlier ones may be pruned; its effect may not.
  return async (state) => void (await step(state))
}

function choose(logins: readonly Login[], which: number): Login {
  return logins[Math.floor(which * logins.length)] as Login
}

function summaryOf(answer: { active: boolean; reason?: string; decidedBy?: string }): object {
  const { active, reason, decidedBy } = answer
  return { active, reason, decidedBy }
}

export const cases: readonly Case[] = [pruneMetamorphic]
