import assert from 'node:assert/strict'
import type { Login, Target, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE } from '../../harness/clock.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { startTaskRunner, type TaskRunner } from '../../workers/task-runner.ts'

const ACTORS = 8
/** Processes, where several can share the store. */
const PRUNERS = 2
/** Rounds of an actor between two prunes that it waits for. */
const PRUNED_EVERY = 8
const LIFETIMES = { access: '10m', refresh: '30m', session: '2h' } as const

/** What an actor knows about its own login. */
interface Known {
  login: Login
  isRevoked: boolean
}

const pruneUnderLoad: Case = {
  planRow: 30,
  name: 'prune-under-load',
  level: 'engine',
  catches: 'prune deletes only records past their retention, whatever happens concurrently',
  requires: claims('pruning'),
  rounds: { quick: 40, full: 2_000 },
  async run(context) {
    const instances = await context.instances(2, { lifetimes: LIFETIMES })
    const [instance, other] = instances as [Tokenward, Tokenward]
    const pruners = await startTaskRunner(context, PRUNERS)
    let busy = ACTORS
    let deleted = 0
    let waiting: (() => void)[] = []
    // However slow the pruners are: waits until a prune that began after this call has ended.
    const pruned = () => new Promise<void>((resolve) => waiting.push(resolve))
    const prune = async () => {
      // Also where the actors ended early: until the first records are past their retention.
      for (let idle = 0; busy > 0 || (deleted === 0 && idle < 1_000); ) {
        if (busy === 0) idle++
        const due = waiting
        waiting = []
        deleted += await pruneAtOnce(pruners)
        for (const go of due) go()
        // The clock follows the actors: if it ran ahead of slow ones, every token they check had expired.
        if (due.length > 0 || busy === 0) context.clock.advance(MINUTE)
        await eventLoopTurns(1)
      }
    }
    const act = async (actor: number) => {
      await live(context, actor % 2 === 0 ? instance : other, `actor ${actor}`, pruned)
      busy--
    }
    await Promise.all([prune(), ...Array.from({ length: ACTORS }, (_, i) => act(i))])
    assert.ok(deleted > 0, 'something was pruned')
    const from = pruners.size === 1 ? 'this process' : `${pruners.size} others`
    context.note(`${deleted} records were pruned meanwhile, from ${from}`)
  },
}

/** @returns the sum of deleted records */
async function pruneAtOnce(pruners: TaskRunner): Promise<number> {
  const args = Array.from({ length: pruners.size }, () => ({ lifetimes: LIFETIMES, limit: 5 }))
  const deleted = await pruners.run('prune', args)
  return deleted.reduce((sum, count) => sum + count, 0)
}

async function live(
  context: CaseContext,
  instance: Tokenward,
  subject: string,
  pruned: () => Promise<void>,
): Promise<void> {
  const issue = async () => ({
    login: await instance.issue({ subject, client: 'web' }),
    isRevoked: false,
  })
  const known: Known[] = [await issue()]
  for (let round = 0; round < context.rounds; round++) {
    if (round % PRUNED_EVERY === 0) await pruned()
    const one = context.random.pick(known)
    const kind = context.random.next()
    if (kind < 0.3) known.push(await issue())
    else if (kind < 0.35) await revoke(instance, { subject }, known)
    else if (kind < 0.45) await revoke(instance, { session: one.login.session }, [one])
    else if (kind < 0.6) await rotate(instance, one)
    else await check(context, instance, one)
  }
  await pruned()
  for (const one of known) await check(context, instance, one)
}

async function revoke(
  instance: Tokenward,
  target: Target,
  revoked: readonly Known[],
): Promise<void> {
  await instance.revoke(target)
  for (const one of revoked) one.isRevoked = true
}

async function rotate(instance: Tokenward, one: Known): Promise<void> {
  const next = await instance.rotate(one.login.refreshToken)
  if (next.active) {
    assert.equal(one.isRevoked, false, 'a revoked login rotated')
    one.login = next
  } else assert.ok(mayBe(one, true).includes(next.reason), `a rotation was ${next.reason}`)
}

function mayBe({ isRevoked }: Known, isExpired: boolean): string[] {
  return [...(isRevoked ? ['revoked'] : []), ...(isExpired ? ['expired'] : [])]
}

async function check(context: CaseContext, instance: Tokenward, one: Known): Promise<void> {
  const { accessToken, expiresAt } = one.login
  const wasExpired = context.clock() >= expiresAt
  const result = await instance.verify(accessToken)
  const isExpired = context.clock() >= expiresAt
  if (result.active) {
    assert.equal(one.isRevoked, false, 'a revoked token was accepted')
    assert.equal(wasExpired, false, 'an expired token was accepted')
  } else {
    const isRight = mayBe(one, isExpired).includes(result.reason)
    assert.ok(isRight, `a live token was refused as ${result.reason}`)
  }
}

export const cases: readonly Case[] = [pruneUnderLoad]
