import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE } from '../../harness/clock.ts'
import { footprint } from '../../harness/footprint.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertRefused, assertRotated, pruneAll } from './assertions.ts'

/** Operations of one login here. */
const LIFE = 8
const SIDE_BY_SIDE = 16
/** Bytes by which the heap may grow from the middle to the end. */
const MOST = 5 * 1024 * 1024
/** A pool may still grow; a leak in operations would show hundreds. */
const POOL = 16

const soak: Case = {
  planRow: 38,
  name: 'soak',
  level: 'engine',
  catches: 'nothing is kept for an operation that has ended: no memory, no handle, no listener',
  requires: always,
  rounds: { quick: 2_000, full: 1_000_000 },
  async run(context) {
    const lifetimes = { access: '5m', refresh: '10m', session: '20m' } as const
    const instance = await context.instance({ lifetimes })
    const lives = Math.ceil(context.rounds / (LIFE * SIDE_BY_SIDE))
    // One-time allocations are made before the first measurement.
    await liveOn(context, instance, lives / 2)
    const middle = await footprint()
    await liveOn(context, instance, lives / 2)
    const end = await footprint()
    const grown = end.heap - middle.heap
    context.note(`${lives * LIFE * SIDE_BY_SIDE} operations; the last half left ${grown} bytes`)
    assert.ok(grown < MOST, `the heap grew by ${grown} bytes`)
    const more = end.handles - middle.handles
    assert.ok(more <= POOL, `${more} more handles`)
  },
}

async function liveOn(context: CaseContext, instance: Tokenward, lives: number): Promise<void> {
  for (let life = 0; life < lives; life++) {
    const people = Array.from({ length: SIDE_BY_SIDE }, (_, i) => oneLife(instance, `person ${i}`))
    await Promise.all(people)
    // So that the store holds as many records at the end as in the middle.
    context.clock.advance(MINUTE)
    if (life % 20 === 19 && context.environment.capabilities.pruning) await pruneAll(instance)
  }
}

async function oneLife(instance: Tokenward, subject: string): Promise<void> {
  const login = await instance.issue({ subject, client: 'web' })
  await assertActive(instance, login.accessToken, 'the login')
  const next = await instance.rotate(login.refreshToken)
  assertRotated(next, 'the login')
  assert.equal((await instance.consume(next.accessToken)).active, true, 'used up once')
  await assertRefused(instance, next.accessToken, 'used up')
  await instance.revoke(login.accessToken)
  await instance.revoke({ subject })
  await assertRefused(instance, login.accessToken, 'revoked')
}

export const cases: readonly Case[] = [soak]
