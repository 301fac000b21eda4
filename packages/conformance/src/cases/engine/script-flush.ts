import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import { assertLoginRefused, assertRotated } from './assertions.ts'

/** Concurrent logins. */
const LANES = 16

const scriptFlush: Case = {
  planRow: 35,
  name: 'script-flush',
  level: 'engine',
  catches:
    'a server that lost its scripts is given them again: callers see no error, and nothing happens twice',
  requires: handle('flushScripts'),
  rounds: { quick: 200, full: 10_000 },
  async run(context) {
    const instances = await context.instances(2)
    let lives = 0
    let flushes = 0
    let isOver = false
    const flush = async () => {
      for (; !isOver; flushes++) await context.environment.server.flushScripts?.()
    }
    const live = async () => {
      while (lives < context.rounds || flushes <= LANES) await oneLife(instances, lives++)
    }
    const flushing = flush()
    try {
      await Promise.all(Array.from({ length: LANES }, live))
    } finally {
      isOver = true
      await flushing
    }
    context.note(`${lives} logins to their end, under ${flushes} flushes`)
  },
}

/** Used once, rotated, revoked: each of them a write that a script decides. */
async function oneLife(instances: readonly Tokenward[], n: number): Promise<void> {
  const [instance, other] = n % 2 ? instances : instances.toReversed()
  if (!instance || !other) return
  const login = await instance.issue({ subject: `ada ${n}`, client: 'web' })
  const uses = await Promise.all([instance, other].map((each) => each.consume(login.accessToken)))
  assert.equal(uses.filter(({ active }) => active).length, 1, 'it is used up once')
  const next = await other.rotate(login.refreshToken)
  assertRotated(next, 'while scripts are flushed')
  await instance.revoke({ session: login.session })
  await assertLoginRefused(other, next, 'revoked while scripts were flushed')
}

export const cases: readonly Case[] = [scriptFlush]
