// Each change of a record is stopped just before it is written, and others overtake it there.
import assert from 'node:assert/strict'
import { generateSealingKey, type Issued, type Login, type Tokenward } from '@tokenward/core'
import type { TokenRepository, Write } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { armed, ofKind, type PausePoint, pauseWrite } from '../../interceptors/pause-points.ts'
import { assertLoginRefused, assertRefused } from './assertions.ts'
import { COUNTER, counted, countOf, fixedPart, made, recordOf } from './stored-data.ts'

/** What the calls on one session have acknowledged. */
interface Effects {
  changes: number
  rotations: number
  isRevoked: boolean
}

type Change = (instance: Tokenward, login: Login, effects: Effects) => Promise<void>

const updateData: Change = async (instance, { session }, effects) => {
  const update = await instance.updateData({ session }, counted)
  effects.changes += made(update)
}
const rotate: Change = async (instance, { refreshToken }, effects) => {
  if ((await instance.rotate(refreshToken)).active) effects.rotations++
}
// The newest records come first: those of the login.
const reseal: Change = async (instance) => void (await instance.reseal({ limit: 2 }))
const revoke: Change = async (instance, { session }, effects) => {
  await instance.revoke({ session })
  effects.isRevoked = true
}

/** The instances of one trial: `slow` seals with another key than `instance`, and is stopped. */
interface Trial {
  readonly context: CaseContext
  readonly repository: TokenRepository
  readonly instance: Tokenward
  readonly slow: Tokenward
  readonly pause: PausePoint
  arm(): void
}

/** Every pair of changes of one session, then those of single tokens and of cutoffs. */
export async function pausedChanges(context: CaseContext): Promise<void> {
  const canList = context.environment.capabilities.listing
  const slow = { updateData, rotate, ...(canList && { reseal }) }
  for (const [name, change] of Object.entries(slow)) {
    for (const [nameOfOther, other] of Object.entries({ ...slow, revoke }))
      await sessionTrial(context, change, other, `${nameOfOther} overtook ${name}`)
  }
  await tokenTrial(context, 'updateData')
  if (!canList) return
  await tokenTrial(context, 'reseal')
  for (const kind of ['cutoff', 'root'] as const) await cutoffTrial(context, kind)
}

async function startTrial(context: CaseContext, kind: Write['record']['kind']): Promise<Trial> {
  const [one, other] = [generateSealingKey(), generateSealingKey()]
  const trigger = armed(ofKind(kind))
  const pause = pauseWrite('before', trigger)
  const instance = await context.instance({ sealing: [one, other], grace: '0s' })
  const slow = await context.instance({ sealing: [other, one], grace: '0s', wrap: pause.wrap })
  // So that the records of this trial are the newest ones.
  context.clock.advance(SECOND)
  return {
    context,
    repository: await context.repository(),
    instance,
    slow,
    pause,
    arm: trigger.arm,
  }
}

async function sessionTrial(
  context: CaseContext,
  change: Change,
  other: Change,
  what: string,
): Promise<void> {
  const { instance, slow, repository, pause, arm } = await startTrial(context, 'session')
  const login = await instance.issue({ subject: 'ada', client: 'web', data: COUNTER })
  const { session } = login
  const effects: Effects = { changes: 0, rotations: 0, isRevoked: false }
  const stored = await instance.data({ session })
  assert.ok(stored.found)
  const before = fixedPart(await recordOf(repository, stored.record))
  arm()
  const overtaken = handleLater(change(slow, login, effects))
  await Promise.race([pause.reached, overtaken])
  await other(instance, login, effects)
  pause.release()
  await overtaken
  const found = await instance.data({ session })
  assert.ok(found.found, `${what}: the session is gone`)
  assert.equal(
    countOf(found.data),
    effects.changes,
    `${what}: each acknowledged change counts once`,
  )
  assert.equal(found.generation, 1 + effects.rotations, `${what}: each rotation counts once`)
  assert.equal(found.active, !effects.isRevoked, `${what}: revoked stays revoked, and nothing else`)
  const after = fixedPart(await recordOf(repository, found.record))
  assert.deepEqual(after, before, `${what}: only data, seal and rotations change in the record`)
  if (!effects.isRevoked) return
  await assertLoginRefused(instance, login, what)
  assert.equal(made(await instance.updateData({ session }, counted)), 0, `${what}: then a change`)
}

/** A token without a session is revoked or used up in its own record. */
async function tokenTrial(context: CaseContext, name: 'updateData' | 'reseal'): Promise<void> {
  for (const reason of ['revoked', 'consumed'] as const) {
    const what = `${reason} during ${name}`
    const { instance, slow, repository, pause, arm } = await startTrial(context, 'token')
    const grant = { subject: 'ada', client: 'job', refresh: false, data: COUNTER } as const
    const { accessToken, jti }: Issued = await instance.issue(grant)
    arm()
    const change = () => slow.updateData({ jti }, counted)
    const overtaken = handleLater<object>(name === 'reseal' ? slow.reseal({ limit: 1 }) : change())
    await pause.reached
    if (reason === 'revoked') await instance.revoke({ jti })
    else await instance.consume(accessToken)
    const stored = await instance.data({ jti })
    assert.ok(stored.found)
    const before = fixedPart(await recordOf(repository, stored.record))
    pause.release()
    const late = await overtaken
    if ('updated' in late) assert.equal(late.updated, false, `${what}: the data was changed`)
    await assertRefused(instance, accessToken, what, reason)
    const after = fixedPart(await recordOf(repository, stored.record))
    assert.deepEqual(after, before, `${what}: only the seal changes in the record`)
    assert.equal(made(await instance.updateData({ jti }, counted)), 0, `${what}: then a change`)
  }
}

/** A reseal of a note is overtaken by another revocation of the same scope. */
async function cutoffTrial(context: CaseContext, kind: 'cutoff' | 'root'): Promise<void> {
  const target = kind === 'root' ? ({ everything: true } as const) : { subject: 'ada' }
  const { instance, slow, pause, arm } = await startTrial(context, kind)
  await instance.revoke(target, { reason: 'the first' })
  // From here on the root record has the id of its key: it is not written for that any more.
  await slow.issue({ subject: 'bob', client: 'web', data: COUNTER })
  const login = await instance.issue({ subject: 'ada', client: 'web', data: COUNTER })
  arm()
  const overtaken = handleLater(slow.reseal())
  await pause.reached
  await instance.revoke(target, { reason: 'the second' })
  pause.release()
  await overtaken
  const what = `a ${kind} that was resealed during a revocation`
  await assertLoginRefused(instance, login, what)
  const { note } = await instance.explain(login.accessToken)
  assert.equal(note?.reason, 'the second', `${what}: its note`)
}
