import assert from 'node:assert/strict'
import type { ListedSession, Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE, SECOND } from '../../harness/clock.ts'
import { barrier } from '../../interceptors/barrier.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused } from './assertions.ts'

const MOST = 5
const RACERS = 16

const maxSessions: Case = {
  name: 'max-sessions',
  level: 'engine',
  catches: 'however many logins race, the newest sessions are active and no more than the maximum',
  requires: claims('listing'),
  rounds: { quick: 6, full: 300 },
  async run(context) {
    const line = barrier()
    // One for each racer, so that their reads are separate.
    const instances = await context.instances(RACERS, { wrap: line.wrap })
    for (let round = 0; round < context.rounds; round++) {
      const subject = `racer ${round}`
      if (round % 2 === 0) line.set(RACERS)
      const racing = instances.map((instance) =>
        instance.issue({
          subject,
          client: 'web',
          maxSessions: MOST,
        }),
      )
      await assertNewest(instances[0] as Tokenward, await Promise.all(racing), subject)
    }
    await oneAfterTheOther(context)
    await endedOnes(context)
  },
}

/** As in the list, which has one order for all. */
async function assertNewest(
  instance: Tokenward,
  logins: readonly Login[],
  subject: string,
): Promise<void> {
  const { items } = await instance.sessions({ subject }, { limit: 1_000 })
  assert.equal(items.length, logins.length, 'each login has a session')
  const active = items.map((item) => item.active)
  const expected = items.map((_, i) => i < MOST)
  assert.deepEqual(active, expected, `of ${RACERS} racing logins the newest ${MOST} are active`)
  let alive = 0
  for (const login of logins) {
    const { active: isActive } = await instance.verify(login.accessToken)
    if (isActive) {
      await assertLoginActive(instance, login, 'one of the newest')
      alive++
    } else await assertLoginRefused(instance, login, 'one of the oldest')
  }
  assert.equal(alive, MOST, `of ${RACERS} racing logins ${MOST} are accepted`)
}

async function oneAfterTheOther(context: CaseContext): Promise<void> {
  const [instance, other] = (await context.instances(2)) as [Tokenward, Tokenward]
  const logins: Login[] = []
  for (let i = 0; i < MOST + 3; i++) {
    context.clock.advance(SECOND)
    const grant = { subject: 'ada', client: `client ${i % 2}`, maxSessions: MOST }
    logins.push(await (i % 2 === 0 ? instance : other).issue(grant))
  }
  for (const login of logins.slice(-MOST)) await assertLoginActive(instance, login, 'the newest')
  for (const login of logins.slice(0, -MOST))
    await assertLoginRefused(instance, login, 'the oldest')
  const { items } = await instance.sessions({ subject: 'ada' })
  assert.deepEqual(
    items.map(({ active, reason }: ListedSession) => reason ?? active),
    [...Array(MOST).fill(true), ...Array(3).fill('revoked')],
  )
}

/** Sessions that expired or were revoked do not count. */
async function endedOnes(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const short = await context.instance({
    lifetimes: { access: '1m', refresh: '2m', session: '2m' },
  })
  const grant = { subject: 'bob', client: 'web' } as const
  const kept = [await instance.issue(grant), await instance.issue(grant)]
  context.clock.advance(SECOND)
  for (let i = 0; i < MOST; i++) await short.issue(grant)
  context.clock.advance(5 * MINUTE)
  for (let i = 0; i < 2; i++) {
    const { session } = await instance.issue(grant)
    await instance.revoke({ session })
  }
  for (let i = kept.length; i < MOST; i++)
    kept.push(await instance.issue({ ...grant, maxSessions: MOST }))
  for (const login of kept)
    await assertLoginActive(instance, login, 'beside sessions that expired or were revoked')
}

export const cases: readonly Case[] = [maxSessions]
