// What overlaps an erasure: logins and changes of data.
import assert from 'node:assert/strict'
import { generateSealingKey } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import {
  armed,
  ofKind,
  type PausePoint,
  pauseRead,
  pauseWrite,
} from '../../interceptors/pause-points.ts'
import { assertLoginActive, assertLoginRefused } from './assertions.ts'
import { allRecords, dataOf, sealedTextsIn } from './stored-data.ts'

const CANARY = 'canary-of-ada'
const ADA = { subject: 'ada', client: 'web' } as const

export async function eraseBesideOthers(context: CaseContext): Promise<void> {
  for (const [step, stop] of Object.entries(LOGIN_STEPS))
    await besideLogin(context, stop, `a login that was stopped ${step}`)
  await loginMeanwhile(context)
  await changeMeanwhile(context)
}

type Step = () => { readonly pause: PausePoint; arm(): void }

const LOGIN_STEPS: Readonly<Record<string, Step>> = {
  'before its read': () => {
    const trigger = armed<readonly string[]>()
    return { pause: pauseRead('before', trigger), arm: trigger.arm }
  },
  'after its read': () => {
    const trigger = armed<readonly string[]>()
    return { pause: pauseRead('after', trigger), arm: trigger.arm }
  },
  'before its write': () => ({ pause: pauseWrite('before', ofKind('session')), arm() {} }),
  'after its write': () => ({ pause: pauseWrite('after', ofKind('session')), arm() {} }),
}

/** A login that an erasure overtakes is active with its data, or revoked and can be erased. */
async function besideLogin(context: CaseContext, step: Step, what: string): Promise<void> {
  const { pause, arm } = step()
  const namespace = `${context.namespace}-${context.random.hex(8)}`
  const sealing = generateSealingKey()
  const instance = await context.instance({ namespace, sealing })
  const slow = await context.instance({ namespace, sealing, wrap: pause.wrap })
  arm()
  const issuing = handleLater(slow.issue({ ...ADA, data: { text: CANARY } }))
  await pause.reached
  await instance.erase({ subject: 'ada' })
  pause.release()
  const login = await issuing
  const { active } = await instance.verify(login.accessToken)
  if (active) {
    await assertLoginActive(instance, login, what)
    assert.deepEqual(await dataOf(instance, login.accessToken, what), { text: CANARY }, what)
  } else await assertLoginRefused(instance, login, what)
  await instance.erase({ subject: 'ada' })
  await assertLoginRefused(instance, login, `${what}, erased again`)
  const left = (await allRecords(await context.repository(namespace))).filter(
    (record) => sealedTextsIn(record) > 0,
  )
  assert.deepEqual(left, [], `${what}: a second erasure leaves nothing of it`)
}

/** A login that begins after the revocation of the erasure is left alone, also while that goes on. */
async function loginMeanwhile(context: CaseContext): Promise<void> {
  const { instance, slow, pause, arm, old } = await startErasure(context, 'after')
  arm()
  const erasing = handleLater(slow.erase({ subject: 'ada' }))
  await pause.reached
  context.clock.advance(SECOND)
  const login = await instance.issue({ ...ADA, data: { text: 'new' }, label: 'new' })
  pause.release()
  await erasing
  const what = 'a login after the revocation of an erasure'
  await assertLoginActive(instance, login, what)
  assert.deepEqual(await dataOf(instance, login.accessToken, what), { text: 'new' }, what)
  const [session] = (await instance.sessions({ subject: 'ada' })).items
  assert.equal(session?.label, 'new', `${what}: its label`)
  await assertLoginRefused(instance, old, 'a login before an erasure')
}

/** Data that is changed until the revocation of the erasure is emptied, too. */
async function changeMeanwhile(context: CaseContext): Promise<void> {
  const { instance, slow, pause, arm, old } = await startErasure(context, 'before')
  arm()
  const erasing = handleLater(slow.erase({ subject: 'ada' }))
  await pause.reached
  const { updated } = await instance.updateData(old.refreshToken, () => ({ text: CANARY }))
  assert.equal(updated, true, 'a session is active until it is revoked')
  pause.release()
  await erasing
  const what = 'data that was changed before the revocation of an erasure'
  assert.equal(await dataOf(instance, old.refreshToken, what), null, `${what} is left`)
  const late = await instance.updateData(old.refreshToken, () => ({ text: CANARY }))
  assert.equal(late.updated, false, 'the data of an erased session was changed')
}

async function startErasure(context: CaseContext, position: 'before' | 'after') {
  const namespace = `${context.namespace}-${context.random.hex(8)}`
  const sealing = generateSealingKey()
  const trigger = armed(ofKind('cutoff'))
  const pause = pauseWrite(position, trigger)
  const instance = await context.instance({ namespace, sealing })
  const slow = await context.instance({ namespace, sealing, wrap: pause.wrap })
  const old = await instance.issue({ ...ADA, data: { text: 'old' } })
  return { instance, slow, pause, arm: trigger.arm, old }
}
