import assert from 'node:assert/strict'
import type { Login, Target, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import {
  armed,
  ofKind,
  type PausePoint,
  pauseRead,
  pauseWrite,
} from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginRefused } from './assertions.ts'
import { nameOf, targetsOf } from './targets.ts'

const revokeVsRotate: Case = {
  planRow: 7,
  name: 'revoke-vs-rotate',
  level: 'engine',
  catches: 'a rotation that overlaps a revocation of its session makes no active successor',
  requires: always,
  rounds: { quick: 20, full: 1_000 },
  async run(context) {
    const [instance, rotator, verifier] = (await context.instances(3)) as [
      Tokenward,
      Tokenward,
      Tokenward,
    ]
    for (let round = 0; round < context.rounds; round++) {
      const login = await instance.issue({ subject: 'ada', client: 'web' })
      const chain = rotateOn(rotator, login, 4)
      const other = rotateOn(instance, login, 4)
      for (let wait = context.random.below(8); wait > 0; wait--) await Promise.resolve()
      await instance.revoke({ session: login.session })
      const made = [login, ...(await chain), ...(await other)]
      for (const successor of made) await assertLoginRefused(verifier, successor, `round ${round}`)
    }
    await atEveryStep(context, (login) => [{ session: login.session }])
  },
}

/** Rotates and rotates the successor; returns both results. */
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

const rotationDuringRevoke: Case = {
  planRow: 48,
  name: 'rotation-during-revoke',
  level: 'engine',
  catches: 'a successor inherits the epochs of its login: a rotation undoes no revocation',
  requires: always,
  async run(context) {
    await atEveryStep(context, targetsOf)
  },
}

/** Revokes between any two steps of a rotation. */
async function atEveryStep(
  context: CaseContext,
  targets: (login: Login) => readonly Target[],
): Promise<void> {
  const [instance, verifier] = (await context.instances(2)) as [Tokenward, Tokenward]
  const template = await instance.issue({ subject: 'ada', client: 'web' })
  for (const at of targets(template).keys()) {
    for (const [step, makeHold] of Object.entries(STEPS)) {
      const { pause, arm } = makeHold()
      const slow = await context.instance({ wrap: pause.wrap })
      const login = await instance.issue({ subject: 'ada', client: 'web' })
      arm()
      const rotation = handleLater(slow.rotate(login.refreshToken))
      await pause.reached
      const target = targets(login)[at]
      assert.ok(target)
      await instance.revoke(target)
      pause.release()
      const what = `revoke ${nameOf(target)} ${step}`
      await assertLoginRefused(verifier, await rotation, what)
      await assertLoginRefused(slow, login, `${what}, the login`)
    }
  }
}

type Step = () => { pause: PausePoint; arm: () => void }

const STEPS: Record<string, Step> = {
  'before the read': () => {
    const trigger = armed<readonly string[]>()
    return { pause: pauseRead('before', trigger), arm: trigger.arm }
  },
  'after the read': () => {
    const trigger = armed<readonly string[]>()
    return { pause: pauseRead('after', trigger), arm: trigger.arm }
  },
  'before the write': () => ({ pause: pauseWrite('before', ofKind('session')), arm: () => {} }),
  'after the write': () => ({ pause: pauseWrite('after', ofKind('session')), arm: () => {} }),
}

const overlappingIssue: Case = {
  name: 'overlapping-issue',
  level: 'engine',
  catches:
    'issue reads the epochs before it writes and signs: a token that overlaps a revocation is refused',
  requires: always,
  async run(context) {
    const instance = await context.instance()
    const scopes = targetsOf(await instance.issue({ subject: 'ada', client: 'web' })).slice(1)
    for (const target of scopes) {
      for (const refresh of [true, false]) {
        const pause = pauseWrite('before', ofKind('token'))
        const slow = await context.instance({ wrap: pause.wrap })
        const issuing = handleLater(
          slow.issue({ subject: 'ada', client: 'web', refresh }) as Promise<Login>,
        )
        await pause.reached
        await instance.revoke(target)
        pause.release()
        const issued = await issuing
        const result = await instance.verify(issued.accessToken)
        assert.equal(
          result.active,
          false,
          `${nameOf(target)}: a token that overlapped it is active`,
        )
        if (refresh) await assertLoginRefused(instance, issued, nameOf(target))
      }
    }
  },
}

export const cases: readonly Case[] = [revokeVsRotate, overlappingIssue, rotationDuringRevoke]
