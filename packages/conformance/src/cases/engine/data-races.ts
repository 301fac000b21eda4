import assert from 'node:assert/strict'
import { generateSealingKey, type Login, type SealingKeys, type Tokenward } from '@tokenward/core'
import type { TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import { startTaskRunner, type TaskRunner } from '../../workers/task-runner.ts'
import type { ChangedData, DataChanges } from '../../workers/tasks/change-data.ts'
import { assertRefused } from './assertions.ts'
import { pausedChanges } from './paused-changes.ts'
import { COUNTER, counted, countOf, fixedPart, recordOf } from './stored-data.ts'

const PROCESSES = 2
/** In each round, of each lane. */
const CHANGES = 4
const ROTATIONS = 3
/** In each round. Without a limit, a slow machine could do nothing but reseal until the deadline of a change. */
const MOST_RESEALS = 20
/** A revocation happens after fewer verifications than this. */
const MOST_VERIFICATIONS = 12

export const dataRaces: Case = {
  name: 'data-races',
  level: 'engine',
  catches:
    'each change of the data of one session counts exactly once, and no reseal, rotation or revocation is lost, whatever overlaps',
  requires: holdsData,
  rounds: { quick: 6, full: 300 },
  async run(context) {
    const track = await prepareTrack(context)
    for (let round = 0; round < context.rounds; round++) {
      context.clock.set(Date.now()) // All rounds together may take longer than a lifetime.
      await raceOnce(track, round % 2 === 1, `round ${round}`)
    }
    await pausedChanges(context)
  },
}

interface Track {
  readonly context: CaseContext
  readonly runners: TaskRunner
  readonly repository: TokenRepository
  /** Each seals with another key, and both open what the other one has sealed. */
  readonly instances: readonly [Tokenward, Tokenward]
  readonly sealings: readonly [SealingKeys, SealingKeys]
}

async function prepareTrack(context: CaseContext): Promise<Track> {
  const [one, other] = [generateSealingKey(), generateSealingKey()]
  const sealings = [
    [one, other],
    [other, one],
  ] as const
  const instances = [
    await context.instance({ sealing: sealings[0], grace: '0s' }),
    await context.instance({ sealing: sealings[1], grace: '0s' }),
  ] as const
  const runners = await startTaskRunner(context, PROCESSES)
  return { context, runners, repository: await context.repository(), instances, sealings }
}

/** Everything at once on one session; then nothing may be missing. */
async function raceOnce(track: Track, isRevoked: boolean, what: string): Promise<void> {
  const { instances, repository, runners, sealings } = track
  const [instance] = instances
  const login = await instance.issue({ subject: 'ada', client: 'web', data: COUNTER })
  const { session, refreshToken } = login
  const key = await keyOf(instance, session)
  const before = fixedPart(await recordOf(repository, key))
  const changes = Array.from({ length: runners.size }, (_, i): DataChanges => {
    const sealing = sealings[i % 2] as SealingKeys
    return { session, refreshToken, sealing, changes: CHANGES, rotations: ROTATIONS }
  })
  const race = { isOver: false }
  const resealing = handleLater(resealUntilOver(track, race))
  const watching = handleLater(watch(track, login, race, isRevoked, what))
  const done = await runners.run('change-data', changes)
  race.isOver = true
  await Promise.all([resealing, watching])
  await assertNothingLost(instance, session, done, what)
  const after = fixedPart(await recordOf(repository, key))
  assert.deepEqual(after, before, `${what}: only data, seal and rotations change in the record`)
}

async function keyOf(instance: Tokenward, session: string): Promise<string> {
  const stored = await instance.data({ session })
  return stored.found ? stored.record : assert.fail('the session is not stored')
}

async function assertNothingLost(
  instance: Tokenward,
  session: string,
  done: readonly ChangedData[],
  what: string,
): Promise<void> {
  const stored = await instance.data({ session })
  assert.ok(stored.found, `${what}: the session is gone`)
  const changes = done.reduce((sum, { counted }) => sum + counted, 0)
  assert.equal(countOf(stored.data), changes, `${what}: each acknowledged change counts once`)
  const rotations = done.reduce((sum, { rotated }) => sum + rotated, 0)
  assert.equal(stored.generation, 1 + rotations, `${what}: each rotation counts once`)
}

/** The two keys take turns on the newest records. */
async function resealUntilOver(
  { context, instances }: Track,
  race: { readonly isOver: boolean },
): Promise<void> {
  if (!context.environment.capabilities.listing) return
  for (let turn = 0; !race.isOver && turn < MOST_RESEALS; turn++)
    await instances[turn % 2]?.reseal({ limit: 4 })
}

/** What a verifier sees meanwhile: counts never go back, and no revocation ends. */
async function watch(
  { context, instances }: Track,
  { accessToken, session }: Login,
  race: { readonly isOver: boolean },
  isRevoked: boolean,
  what: string,
): Promise<void> {
  const [revoker, verifier] = instances
  const revokeAt = isRevoked ? context.random.below(MOST_VERIFICATIONS) : Number.POSITIVE_INFINITY
  let last = 0
  for (let verifications = 0; !race.isOver; verifications++) {
    if (verifications >= revokeAt) break
    const result = await verifier.verify(accessToken, { data: true })
    if (!result.active) assert.fail(`${what}: refused as ${result.reason}`)
    const count = countOf(result.data)
    assert.ok(count >= last, `${what}: a verification saw ${count} after ${last}`)
    last = count
  }
  if (!isRevoked) return
  await revoker.revoke({ session }, { reason: 'a race' })
  do {
    await assertRefused(verifier, accessToken, `${what}: after the revocation`, 'revoked')
  } while (!race.isOver)
  const late = await verifier.updateData({ session }, counted)
  assert.equal(late.updated, false, `${what}: the data of a revoked session was changed`)
  context.clock.advance(SECOND)
}

export const cases: readonly Case[] = [dataRaces]
