import assert from 'node:assert/strict'
import type { Login, Target, Tokenward } from '@tokenward/core'
import type { Bench } from '../../bench/bench.ts'
import { MINUTE } from '../../bench/clock.ts'
import { turns } from '../../bench/stray.ts'
import { gather, type Runners } from '../../processes/runners.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/gates.ts'

const ACTORS = 8
/** Processes, where several can share the store. */
const PRUNERS = 2
/** Rounds of an actor between two prunes that it waits for. */
const PRUNED_EVERY = 8
const LIFETIMES = { access: '10m', refresh: '30m', family: '2h' } as const

/** What an actor knows about its own login. */
interface Known {
  login: Login
  isDead: boolean
}

const pruneUnderLoad: Case = {
  row: 30,
  name: 'prune-under-load',
  level: 'engine',
  guards: 'prune deletes only what is past its retention, whatever happens beside it',
  gate: claims('pruning'),
  rounds: { some: 40, full: 2_000 },
  async run(bench) {
    const wards = await bench.wards(2, { lifetimes: LIFETIMES })
    const [ward, other] = wards as [Tokenward, Tokenward]
    const pruners = await gather(bench, PRUNERS)
    let busy = ACTORS
    let deleted = 0
    let waiting: (() => void)[] = []
    // However slow the pruners are beside the others: until a prune that began after this call is over.
    const pruned = () => new Promise<void>((resolve) => waiting.push(resolve))
    const prune = async () => {
      // Also when there is little load: until what was made first is past.
      for (let calls = 0; busy > 0 || (deleted === 0 && calls < 1_000); calls++) {
        const due = waiting
        waiting = []
        deleted += await pruneAtOnce(pruners)
        for (const go of due) go()
        // Time goes on with the actors: if it ran ahead of slow ones, each token they check had expired.
        if (due.length > 0 || busy === 0) bench.clock.advance(MINUTE)
        await turns(1)
      }
    }
    const act = async (actor: number) => {
      await live(bench, actor % 2 === 0 ? ward : other, `actor ${actor}`, pruned)
      busy--
    }
    await Promise.all([prune(), ...Array.from({ length: ACTORS }, (_, i) => act(i))])
    assert.ok(deleted > 0, 'something was pruned')
    const from = pruners.size === 1 ? 'this process' : `${pruners.size} others`
    bench.note(`${deleted} records were pruned meanwhile, from ${from}`)
  },
}

/** @returns how many they deleted together */
async function pruneAtOnce(pruners: Runners): Promise<number> {
  const args = Array.from({ length: pruners.size }, () => ({ lifetimes: LIFETIMES, limit: 5 }))
  const deleted = await pruners.run('prune', args)
  return deleted.reduce((sum, count) => sum + count, 0)
}

async function live(
  bench: Bench,
  ward: Tokenward,
  subject: string,
  pruned: () => Promise<void>,
): Promise<void> {
  const issue = async () => ({ login: await ward.issue({ subject, client: 'web' }), isDead: false })
  const known: Known[] = [await issue()]
  for (let round = 0; round < bench.rounds; round++) {
    if (round % PRUNED_EVERY === 0) await pruned()
    const one = bench.random.pick(known)
    const dice = bench.random.next()
    if (dice < 0.3) known.push(await issue())
    else if (dice < 0.35) await revoke(ward, { subject }, known)
    else if (dice < 0.45) await revoke(ward, { family: one.login.family }, [one])
    else if (dice < 0.6) await rotate(ward, one)
    else await check(bench, ward, one)
  }
  await pruned()
  for (const one of known) await check(bench, ward, one)
}

async function revoke(ward: Tokenward, target: Target, dead: readonly Known[]): Promise<void> {
  await ward.revoke(target)
  for (const one of dead) one.isDead = true
}

async function rotate(ward: Tokenward, one: Known): Promise<void> {
  const next = await ward.rotate(one.login.refreshToken)
  if (next.active) {
    assert.equal(one.isDead, false, 'a revoked login rotated')
    one.login = next
  } else assert.ok(mayBe(one, true).includes(next.reason), `a rotation was ${next.reason}`)
}

function mayBe({ isDead }: Known, isExpired: boolean): string[] {
  return [...(isDead ? ['revoked'] : []), ...(isExpired ? ['expired'] : [])]
}

async function check(bench: Bench, ward: Tokenward, one: Known): Promise<void> {
  const { accessToken, expiresAt } = one.login
  const wasExpired = bench.clock() >= expiresAt
  const verdict = await ward.verify(accessToken)
  const isExpired = bench.clock() >= expiresAt
  if (verdict.active) {
    assert.equal(one.isDead, false, 'a revoked token was accepted')
    assert.equal(wasExpired, false, 'an expired token was accepted')
  } else {
    const isRight = mayBe(one, isExpired).includes(verdict.reason)
    assert.ok(isRight, `a live token was refused as ${verdict.reason}`)
  }
}

export const cases: readonly Case[] = [pruneUnderLoad]
