import assert from 'node:assert/strict'
import type { Login, Target } from '@tokenward/core'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import type { Part } from '../../workers/tasks/revoke-under-fire.ts'
import { WorkerPool } from '../../workers/worker-pool.ts'
import { assertActive } from './assertions.ts'
import { nameOf, targetsOf } from './targets.ts'

const PROCESSES = 4

export const crossProcess: Case = {
  planRow: 2,
  name: 'cross-process',
  level: 'engine',
  catches: 'after one process learns of a revocation, no other process accepts the token',
  requires: claims('shared'),
  rounds: { quick: 40, full: 2_000 },
  async run(context) {
    const instance = await context.instance()
    const pool = await WorkerPool.start(context, PROCESSES)
    let verifications = 0
    for (let round = 0; round < context.rounds; round++) {
      const login = await instance.issue({ subject: 'ada', client: 'web' })
      await assertActive(instance, login.accessToken, 'a new login')
      const target = targetOf(login, round)
      verifications += await revokeUnderFire(pool, login, target)
    }
    context.note(`${verifications} verifications beside ${context.rounds} revocations`)
  },
}

/** Every scope in turn, and the token itself. */
function targetOf(login: Login, round: number): Target | string {
  const targets = [login.accessToken, ...targetsOf(login)]
  return targets[round % targets.length] ?? login.accessToken
}

/**
 * The first process revokes, the others verify.
 * @returns how often they verified
 */
async function revokeUnderFire(
  pool: WorkerPool,
  login: Login,
  target: Target | string,
): Promise<number> {
  const what = typeof target === 'string' ? 'the token' : nameOf(target)
  const verifier: Part = { part: 'verify', token: login.accessToken }
  const [revoker, ...verifiers] = await pool.run('revoke-under-fire', [
    { part: 'revoke', target },
    ...Array.from({ length: pool.size - 1 }, () => verifier),
  ])
  assert.ok(revoker?.part === 'revoke')
  let verifications = 0
  for (const seen of verifiers) {
    assert.ok(seen.part === 'verify')
    assert.ok(
      seen.lastAccepted < revoker.acknowledged,
      `accepted ${seen.lastAccepted - revoker.acknowledged} ns after the revocation of ${what}`,
    )
    assert.ok(
      !seen.after.includes(true),
      `accepted by a process that knew of the revocation of ${what}`,
    )
    verifications += seen.verifications
  }
  return verifications
}

export const cases: readonly Case[] = [crossProcess]
