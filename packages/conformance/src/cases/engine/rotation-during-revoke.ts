import assert from 'node:assert/strict'
import type { Login, Target, Tokenward } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { begun } from '../../harness/unhandled-errors.ts'
import { armed, type Hold, holdRead, holdWrite, ofKind } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertDead } from './assertions.ts'
import { nameOf, targetsOf } from './targets.ts'

const revokeVsRotate: Case = {
  row: 7,
  name: 'revoke-vs-rotate',
  level: 'engine',
  guards: 'a rotation that overlaps a revocation of its session makes no successor that lives',
  gate: always,
  rounds: { some: 20, full: 1_000 },
  async run(bench) {
    const [instance, rotator, judge] = (await bench.instances(3)) as [
      Tokenward,
      Tokenward,
      Tokenward,
    ]
    for (let round = 0; round < bench.rounds; round++) {
      const login = await instance.issue({ subject: 'ada', client: 'web' })
      const chain = rotateOn(rotator, login, 4)
      const other = rotateOn(instance, login, 4)
      for (let wait = bench.random.below(8); wait > 0; wait--) await Promise.resolve()
      await instance.revoke({ session: login.session })
      const made = [login, ...(await chain), ...(await other)]
      for (const successor of made) await assertDead(judge, successor, `round ${round}`)
    }
    await atEveryStep(bench, (login) => [{ session: login.session }])
  },
}

/** Rotates and rotates the successor; what it got. */
async function rotateOn(instance: Tokenward, login: Login, times: number): Promise<Login[]> {
  const made: Login[] = []
  for (let current = login; made.length < times; ) {
    const next = await instance.rotate(current.refreshToken)
    if (!next.active) break
    made.push(next)
    current = next
  }
  return made
}

const laundering: Case = {
  row: 48,
  name: 'laundering',
  level: 'engine',
  guards: 'a successor inherits the birth epochs of its login: a rotation washes nothing',
  gate: always,
  async run(bench) {
    await atEveryStep(bench, targetsOf)
  },
}

/** Revokes between any two steps of a rotation. */
async function atEveryStep(
  bench: Bench,
  targets: (login: Login) => readonly Target[],
): Promise<void> {
  const [instance, judge] = (await bench.instances(2)) as [Tokenward, Tokenward]
  const template = await instance.issue({ subject: 'ada', client: 'web' })
  for (const at of targets(template).keys()) {
    for (const [step, makeHold] of Object.entries(STEPS)) {
      const { hold, arm } = makeHold()
      const slow = await bench.instance({ through: hold.through })
      const login = await instance.issue({ subject: 'ada', client: 'web' })
      arm()
      const rotation = begun(slow.rotate(login.refreshToken))
      await hold.reached
      const target = targets(login)[at]
      assert.ok(target)
      await instance.revoke(target)
      hold.release()
      const what = `revoke ${nameOf(target)} ${step}`
      await assertDead(judge, await rotation, what)
      await assertDead(slow, login, `${what}, the login`)
    }
  }
}

type Step = () => { hold: Hold; arm: () => void }

const STEPS: Record<string, Step> = {
  'before the read': () => {
    const trigger = armed<readonly string[]>()
    return { hold: holdRead('before', trigger), arm: trigger.arm }
  },
  'after the read': () => {
    const trigger = armed<readonly string[]>()
    return { hold: holdRead('after', trigger), arm: trigger.arm }
  },
  'before the write': () => ({ hold: holdWrite('before', ofKind('session')), arm: () => {} }),
  'after the write': () => ({ hold: holdWrite('after', ofKind('session')), arm: () => {} }),
}

const overlappingIssue: Case = {
  name: 'overlapping-issue',
  level: 'engine',
  guards: 'issue reads the epochs before it writes and signs: an overlapped token is born dead',
  gate: always,
  async run(bench) {
    const instance = await bench.instance()
    const scopes = targetsOf(await instance.issue({ subject: 'ada', client: 'web' })).slice(1)
    for (const target of scopes) {
      for (const refresh of [true, false]) {
        const hold = holdWrite('before', ofKind('token'))
        const slow = await bench.instance({ through: hold.through })
        const issuing = begun(
          slow.issue({ subject: 'ada', client: 'web', refresh }) as Promise<Login>,
        )
        await hold.reached
        await instance.revoke(target)
        hold.release()
        const issued = await issuing
        const verdict = await instance.verify(issued.accessToken)
        assert.equal(verdict.active, false, `${nameOf(target)}: a token that overlapped it lives`)
        if (refresh) await assertDead(instance, issued, nameOf(target))
      }
    }
  },
}

export const cases: readonly Case[] = [revokeVsRotate, overlappingIssue, laundering]
