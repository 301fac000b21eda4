import assert from 'node:assert/strict'
import { generateSealingKey, type Login } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { eventLoopTurns, handleLater } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, durable, holdsData } from '../../suite/requirements.ts'
import { WorkerPool } from '../../workers/worker-pool.ts'
import { dataOf, type SealingJwk } from './stored-data.ts'

const LOGINS = 120
/** Limit of tries, as a multiple of the rounds, until one is killed at work. */
const MOST = 20

const resealKilled: Case = {
  name: 'reseal-killed',
  level: 'engine',
  catches: 'a reseal that was killed is finished by the next one, and nothing is lost between them',
  requires: all(claims('listing'), durable, claims('shared'), holdsData),
  rounds: { quick: 3, full: 40 },
  async run(context) {
    let key = generateSealingKey()
    const instance = await context.instance({ sealing: [key] })
    const logins: Login[] = []
    for (let i = 0; i < LOGINS; i++)
      logins.push(await instance.issue({ subject: 'ada', client: 'web', data: { i } }))
    let [cut, kill] = [0, 0]
    for (; kill < context.rounds || (cut === 0 && kill < MOST * context.rounds); kill++) {
      const next = generateSealingKey()
      await resealAndDie(context, [next, key])
      if (await isFinished(context, logins, [next, key])) cut++
      key = next
    }
    context.note(`${kill} times killed, ${cut} times in the middle of ${2 * LOGINS} records`)
    assert.ok(cut > 0, 'a process was killed in the middle of its work')
  },
}

/** A process that is killed as soon as a part of the records is sealed with the new key. */
async function resealAndDie(
  context: CaseContext,
  sealing: readonly [SealingJwk, SealingJwk],
): Promise<void> {
  const observer = await context.instance({ sealing })
  const [{ kid = '' }] = sealing
  const part = 1 + context.random.below(LOGINS)
  const pool = await WorkerPool.start(context, 1)
  const life = { hasEnded: false }
  const resealing = handleLater(
    pool.run('reseal', [{ sealing }]).finally(() => {
      life.hasEnded = true
    }),
  )
  while (!life.hasEnded) {
    const { keys } = await observer.reseal({ dryRun: true })
    if ((keys[kid] ?? 0) >= part) break
    await eventLoopTurns(1)
  }
  await pool.kill(0)
  await observer.close()
  await resealing.catch((error: Error) => {
    if (!error.message.includes('ended by SIGKILL')) throw error
  })
}

/** Finishes it here. @returns whether the killed process had done a part */
async function isFinished(
  context: CaseContext,
  logins: readonly Login[],
  sealing: readonly [SealingJwk, SealingJwk],
): Promise<boolean> {
  const instance = await context.instance({ sealing })
  const { resealed, unreadable } = await instance.reseal()
  assert.equal(unreadable, 0, 'everything can still be opened')
  assert.equal((await instance.reseal()).resealed, 0, 'the second reseal has finished the work')
  const reader = await context.instance({ sealing: [sealing[0]] })
  for (const [i, { session }] of logins.entries()) {
    const data = await dataOf(reader, { session }, 'after a killed reseal')
    assert.deepEqual(data, { i }, 'after a killed reseal: the data of another session')
  }
  await Promise.all([instance.close(), reader.close()])
  return resealed > 0 && resealed < 2 * logins.length
}

export const cases: readonly Case[] = [resealKilled]
