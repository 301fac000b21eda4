import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { lateAfter } from '../../harness/late-after.ts'
import type { ServerMember } from '../../harness/server-handle.ts'
import { allOf } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused } from './assertions.ts'
import { DEADLINE } from './network-instances.ts'
import { recovers } from './network-trials.ts'

/** Enough that every member stores some records. */
const USERS = 24
/** How many of them are revoked before the outage, and before its end. */
const [BEFORE, MEANWHILE] = [16, 20]

/** One way in which a member goes away, and how it comes back. */
interface Downtime {
  readonly kind: 'dead' | 'silent'
  readonly is: string
  leave(): Promise<void>
  comeBack(): Promise<void>
}

const deadRingMember: Case = {
  planRow: 61,
  name: 'dead-ring-member',
  level: 'engine',
  catches: 'while one of several servers is away no call hangs, and no revoked token is accepted',
  requires: handle('members'),
  async run(context) {
    const members = context.environment.server.members ?? []
    assert.ok(members.length > 1, 'the server handle lists several members')
    // Every member in turn: one of them stores the root, without which no token is accepted.
    for (const absence of members.flatMap(downtimesOf)) await takeAway(context, absence)
  },
}

function downtimesOf(
  { kill, start, pause, resume }: ServerMember,
  nth: number,
): readonly Downtime[] {
  const death = { kind: 'dead', is: `dead (${nth})`, leave: kill, comeBack: start } as const
  if (!pause || !resume) return [death]
  const silence = { kind: 'silent', is: `silent (${nth})`, leave: pause, comeBack: resume } as const
  return [death, silence]
}

interface Away {
  readonly instance: Tokenward
  /** ms */
  readonly deadline: number
  readonly users: readonly string[]
  readonly logins: ReadonlyMap<string, Login>
  /** Tokens whose revocation was acknowledged. */
  readonly revoked: Set<string>
}

async function takeAway(context: CaseContext, downtime: Downtime): Promise<void> {
  const { kind, is, leave, comeBack } = downtime
  const isDurable = context.environment.capabilities.durability === 'durable'
  const options = {
    policy: isDurable ? 'denylist' : 'allowlist',
    // One for all members: only one of them stores its root.
    namespace: `${context.namespace}-${kind}`,
  } as const
  const deadline = await context.shortDeadline(DEADLINE)
  const instance = await context.instance({ ...options, deadline: `${deadline}ms` })
  const users = Array.from({ length: USERS }, (_, nth) => `user ${nth}, ${is}`)
  // For what is not about the deadline, which a busy machine may miss.
  const patient = await context.instance(options)
  const logins = await issueAll(patient, users)
  const revoked = new Set<string>()
  const away = { instance, deadline, users, logins, revoked }
  for (const subject of users.slice(0, BEFORE)) await revoke(away, subject)
  await leave()
  try {
    const failed = await callDuringDowntime(away)
    assert.ok(failed > 0, `the one that is ${is} was not used by any call`)
    context.note(`${is}: ${failed} of ${2 * USERS + MEANWHILE} calls failed, in time`)
  } finally {
    await comeBack()
  }
  const healed = await recovers(instance, `a store of which one was ${is}`)
  context.note(`${is}: well ${healed} ms after its return`)
  for (const [subject, login] of logins) {
    if (revoked.has(subject))
      await assertLoginRefused(patient, login, `${subject}, after one was ${is}`)
    else if (isDurable && !users.slice(0, MEANWHILE).includes(subject))
      await assertLoginActive(patient, login, subject)
  }
  for (const [subject, login] of await issueAll(patient, users))
    await assertLoginActive(patient, login, `${subject} again`)
}

async function issueAll(
  instance: Tokenward,
  users: readonly string[],
): Promise<ReadonlyMap<string, Login>> {
  const logins = users.map(
    async (subject) => [subject, await instance.issue({ subject, client: 'web' })] as const,
  )
  return new Map(await Promise.all(logins))
}

/** @returns how many calls failed */
async function callDuringDowntime(away: Away): Promise<number> {
  const { users } = away
  const verifyUsers = () => allOf(users.map((subject) => verifyIn(away, subject)))
  const first = await verifyUsers()
  const revocations = await allOf(users.slice(0, MEANWHILE).map((subject) => revoke(away, subject)))
  return [...first, ...revocations, ...(await verifyUsers())].filter((answered) => !answered).length
}

/** @returns whether the call succeeded */
async function verifyIn(away: Away, subject: string): Promise<boolean> {
  const { instance, deadline, logins, revoked } = away
  const token = logins.get(subject)?.accessToken ?? ''
  const result = await answerOf(instance.verify(token), deadline)
  if (result?.active) assert.ok(!revoked.has(subject), `${subject}: accepted, though revoked`)
  return result !== null
}

/** @returns whether it was acknowledged */
async function revoke({ instance, deadline, revoked }: Away, subject: string): Promise<boolean> {
  const answer = await answerOf(instance.revoke({ subject }), deadline)
  if (answer !== null) revoked.add(subject)
  return answer !== null
}

/** `null`: it failed within the deadline, with a retryable error. */
async function answerOf<T>(call: Promise<T>, deadline: number): Promise<T | null> {
  const late = lateAfter(deadline)
  const answer = await call.catch((error: unknown) => {
    if (!isTokenwardError(error) || !error.retryable) throw error
    return null
  })
  assert.equal(late.aborted, false, 'took longer than the deadline')
  return answer
}

export const cases: readonly Case[] = [deadRingMember]
