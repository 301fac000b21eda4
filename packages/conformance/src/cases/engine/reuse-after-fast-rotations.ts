import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginRefused, assertRotated } from './assertions.ts'

const [GRACE, SKEW] = [10 * SECOND, 5 * SECOND]
/** How late reuse is found at most, however fast the attacker rotates. */
const LATEST = 2 * (GRACE + SKEW)
/** ms between two rotations of the attacker: more of them in a grace period than a record keeps. */
const [FAST, FASTER] = [1_500, 200]
/** Characters: the size of a record that keeps one grace period, and nothing from before it. */
const MOST_BODY = 4_096

interface Attacker {
  /** ms between two rotations. */
  readonly pace: number
  /** How often the owner had rotated. */
  readonly before: number
  readonly rotations: number
}

const reuseAfterFastRotations: Case = {
  name: 'reuse-after-fast-rotations',
  level: 'engine',
  catches:
    'a generation before the last settled one is reuse, however fast the session was rotated since',
  requires: always,
  // In a full run the slower attacker rotates for an hour.
  rounds: { quick: 120, full: 2_400 },
  async run(context) {
    for (const before of [0, 1, 5]) await isFound(context, { pace: FAST, before, rotations: 20 })
    await isFound(context, { pace: FASTER, before: 2, rotations: 150 })
    // An attacker who stopped is found too.
    await isFound(context, { pace: FASTER, before: 0, rotations: 12 })
    await isFound(context, { pace: FAST, before: 0, rotations: Math.max(context.rounds, 20) })
  },
}

/** A token was copied after `before` rotations; the attacker rotates it at once, and continues. */
async function isFound(context: CaseContext, attacker: Attacker): Promise<void> {
  const { pace, before, rotations } = attacker
  const sent = recordCalls()
  const instance = await context.instance({ wrap: sent.wrap })
  const reused: unknown[] = []
  instance.on('reused', (event) => reused.push(event))
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  const stolen = await rotateOn(context, instance, login, pace, before)
  const newest = await rotateOn(context, instance, stolen, pace, rotations)
  context.clock.advance(Math.max(LATEST - rotations * pace, 0))
  const what = `${rotations} rotations after ${before}, one in ${pace} ms`
  assert.deepEqual(reused, [], `${what}: reuse is not known yet`)
  const answer = await instance.rotate(stolen.refreshToken)
  assert.equal(answer.active ? 'active' : answer.reason, 'reused', `${what}: the owner comes back`)
  assert.equal(reused.length, 1, `${what}: an event reports it`)
  await assertLoginRefused(instance, newest, `${what}: the session of the attacker`)
  const largest = largestBody(sent)
  assert.ok(largest <= MOST_BODY, `${what}: a record of ${largest} characters`)
}

async function rotateOn(
  context: CaseContext,
  instance: Tokenward,
  first: Login,
  pace: number,
  rotations: number,
): Promise<Login> {
  let login = first
  for (let done = 0; done < rotations; done++) {
    const next = await instance.rotate(login.refreshToken)
    assertRotated(next, `rotation ${done}`)
    context.clock.advance(pace)
    login = next
  }
  return login
}

function largestBody({ writes }: CallRecorder): number {
  return Math.max(...writes.flat().map(({ record }) => record.body.length))
}

export const cases: readonly Case[] = [reuseAfterFastRotations]
