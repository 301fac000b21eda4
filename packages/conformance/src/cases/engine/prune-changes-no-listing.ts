import assert from 'node:assert/strict'
import type { Listed, Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY, HOUR, MINUTE, type TestClock, testClock } from '../../harness/clock.ts'
import type { Random } from '../../harness/random.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims } from '../../suite/requirements.ts'
import { pruneAll, REFRESH } from './assertions.ts'

const LIFETIMES = { access: '1h', refresh: '10d', session: '30d' } as const
const LEAPS = [MINUTE, HOUR, DAY, 6 * DAY, 11 * DAY]
const STEPS = 12

/** One login, and every token that was issued for it. */
interface Session {
  readonly session: string
  readonly accessTokens: string[]
  refreshToken: string
}

const pruneChangesNoListing: Case = {
  name: 'prune-changes-no-listing',
  level: 'engine',
  catches: 'list and explain show as active what can be used, before a prune and after it',
  requires: all(claims('listing'), claims('pruning')),
  rounds: { quick: 12, full: 1_000 },
  async run(context) {
    await unused(context)
    for (let round = 0; round < context.rounds; round++) await atRandom(context, round)
  },
}

/** No user came back for 31 days, or none could: two logins whose records stay for 90 days. */
async function unused(context: CaseContext): Promise<void> {
  const clock = testClock(context.clock())
  const namespace = `${context.namespace} unused`
  const instance = await context.instance({ clock, namespace })
  const sessions = [
    await login(instance, 'ada'),
    await login(instance, 'bob'),
    await login(instance, 'eve'),
  ]
  await instance.revoke({ session: sessions[0]?.session ?? '' })
  await instance.revoke({ subject: 'bob' })
  for (const day of [1, 31, 61, 89]) {
    clock.set(context.clock() + day * DAY)
    await assertSameAnswers(instance, sessions, `day ${day}`)
  }
}

async function atRandom(context: CaseContext, round: number): Promise<void> {
  const clock = testClock(context.clock())
  const namespace = `${context.namespace} ${round}`
  const policy = round % 2 === 1 ? 'denylist' : 'allowlist'
  const instance = await context.instance({ clock, namespace, policy, lifetimes: LIFETIMES })
  const sessions = [await login(instance, 'ada'), await login(instance, 'bob')]
  for (let step = 0; step < STEPS; step++) {
    const did = await randomStep(context.random, instance, clock, sessions)
    await assertSameAnswers(instance, sessions, `${policy}, round ${round}, step ${step} (${did})`)
  }
}

async function randomStep(
  random: Random,
  instance: Tokenward,
  clock: TestClock,
  sessions: Session[],
): Promise<string> {
  const session = random.pick(sessions)
  const subject = random.pick(['ada', 'bob'])
  const before = clock() - random.pick(LEAPS)
  const steps: Record<string, () => Promise<unknown>> = {
    advance: async () => clock.advance(random.pick(LEAPS)),
    login: async () => sessions.push(await login(instance, subject)),
    rotate: () => rotate(instance, session),
    'revoke the session': () => instance.revoke({ session: session.session }),
    'revoke an access token': () => instance.revoke(random.pick(session.accessTokens)),
    'revoke the subject': () => instance.revoke({ subject }),
    'revoke up to an instant': () => instance.revoke({ subject }, { before }),
    'revoke privileges': () => instance.revoke({ subject }, { only: 'access' }),
    consume: () => instance.consume(random.pick(session.accessTokens)),
  }
  // Time passes more often than other steps happen.
  const name = random.chance(0.4) ? 'advance' : random.pick(Object.keys(steps))
  await steps[name]?.()
  return name
}

async function login(instance: Tokenward, subject: string): Promise<Session> {
  const issued: Login = await instance.issue({ subject, client: 'web' })
  const { session, accessToken, refreshToken } = issued
  return { session, accessTokens: [accessToken], refreshToken }
}

async function rotate(instance: Tokenward, session: Session): Promise<void> {
  const next = await instance.rotate(session.refreshToken)
  if (!next.active) return
  session.refreshToken = next.refreshToken
  session.accessTokens.push(next.accessToken)
}

/** The same checks before and after: active records can be used, and no refused token becomes active. */
async function assertSameAnswers(
  instance: Tokenward,
  sessions: readonly Session[],
  when: string,
): Promise<void> {
  const before = new Set<string>()
  for (const session of sessions) {
    const active = await activeRecords(instance, session, `${when}, before the prune`)
    for (const record of active) before.add(record)
  }
  await pruneAll(instance)
  for (const session of sessions) {
    for (const record of await activeRecords(instance, session, `${when}, after the prune`)) {
      assert.ok(before.has(record), `${when}: the prune made a record active`)
    }
  }
}

/** Keys of the records shown as active; `verify` must accept a token of each. */
async function activeRecords(
  instance: Tokenward,
  session: Session,
  when: string,
): Promise<readonly string[]> {
  const { items } = await instance.list({ session: session.session }, { limit: 1_000 })
  const usable = await usableOf(instance, session)
  for (const kind of ['session', 'token'] as const) {
    const active = items.filter((item) => item.kind === kind && item.active)
    const what = `${when}: list shows ${active.length} × ${kind}, of which ${usable[kind]} can be used`
    assert.ok(active.length <= usable[kind], what)
  }
  for (const item of items) await assertExplained(instance, item, when)
  return items.filter(({ active }) => active).map(({ record }) => record)
}

async function usableOf(
  instance: Tokenward,
  session: Session,
): Promise<Record<Listed['kind'], number>> {
  const { active: isRefreshed } = await instance.verify(session.refreshToken, REFRESH)
  let token = 0
  for (const accessToken of session.accessTokens) {
    const { active } = await instance.verify(accessToken)
    const explained = await instance.explain(accessToken)
    assert.equal(explained.active, active, 'explain of an access token')
    if (active) token++
  }
  const explained = await instance.explain(session.refreshToken)
  assert.equal(explained.active, isRefreshed, 'explain of a refresh token')
  return { token, session: isRefreshed ? 1 : 0 }
}

async function assertExplained(instance: Tokenward, item: Listed, when: string): Promise<void> {
  const { active } = await instance.explain({ record: item.record })
  assert.equal(active, item.active, `${when}: explain of a listed ${item.kind}`)
}

export const cases: readonly Case[] = [pruneChangesNoListing]
