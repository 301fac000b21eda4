import assert from 'node:assert/strict'
import {
  generateSealingKey,
  type Login,
  type Resealed,
  type ResealProgress,
  type Tokenward,
} from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { HOUR, MINUTE } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, holdsData } from '../../suite/requirements.ts'
import { assertActive, REFRESH } from './assertions.ts'
import { allRecords, COUNTER, dataOf, type SealingJwk, sealedTextsIn } from './stored-data.ts'

/** More records than two pages have, with those of the access tokens. */
const LOGINS = 105
/** Logins whose key is lost. */
const LOST = 2
const SHORT_LIVED = 3
const LIMIT = 30

const reseal: Case = {
  name: 'reseal',
  level: 'engine',
  catches: 'after a reseal everything that could be opened opens with the current key alone',
  requires: all(claims('listing'), holdsData),
  async run(context) {
    const [old, fresh] = [generateSealingKey(), generateSealingKey()]
    const store = await fill(context, old)
    const instance = await context.instance({ sealing: [fresh, old] })
    await dryRun(context, instance, old.kid ?? '', store)
    const done = await inSteps(context, instance, store)
    await assertResealed(context, instance, fresh.kid ?? '', done, store)
    await assertKept(context, store, fresh)
  },
}

interface Store {
  readonly logins: readonly Login[]
  readonly lost: { readonly login: Login; readonly key: SealingJwk }
  /** Sealed texts that can be opened, and those that cannot. */
  readonly texts: number
  readonly lostTexts: number
  readonly records: number
}

/** Sessions and tokens with data, notes in cutoffs and in the root record, and what must be left alone. */
async function fill(context: CaseContext, old: SealingJwk): Promise<Store> {
  const [key, other] = [generateSealingKey(), await context.instance({ sealing: [old] })]
  const withLostKey = await context.instance({ sealing: [key] })
  const lost: Login[] = []
  for (let i = 0; i < LOST; i++)
    lost.push(await withLostKey.issue({ subject: 'bob', client: 'web', data: { i } }))
  const lostTexts = await textsIn(context)
  const grant = { subject: 'ada', client: 'job', refresh: false, data: COUNTER } as const
  for (let i = 0; i < SHORT_LIVED; i++) await other.issue({ ...grant, lifetime: '1m' })
  const skipped = (await textsIn(context)) - lostTexts
  const logins: Login[] = []
  for (let i = 0; i < LOGINS; i++) {
    const login = await other.issue({
      subject: `user ${i}`,
      client: 'web',
      data: { i },
      label: 'x',
    })
    logins.push(login)
  }
  const past = { before: context.clock() - HOUR }
  await other.revoke({ everything: true }, { ...past, reason: 'of everything' })
  await other.revoke({ client: 'web' }, { ...past, reason: 'of a client' })
  await other.revoke({ client: 'web' }, { only: 'access', reason: 'of access' })
  const [{ session }] = logins as [Login]
  await other.revoke({ session }, { reason: 'of a session' })
  const { jti } = await other.issue(grant)
  await other.revoke({ jti }, { reason: 'of a token' })
  const texts = (await textsIn(context)) - lostTexts - skipped
  // From now on the short-lived ones may be pruned soon.
  context.clock.advance(5 * MINUTE)
  const records = (await allRecords(await context.repository())).length
  return { logins, lost: { login: lost[0] as Login, key }, texts, lostTexts, records }
}

async function textsIn(context: CaseContext): Promise<number> {
  const records = await allRecords(await context.repository())
  return records.reduce((sum, record) => sum + sealedTextsIn(record), 0)
}

async function dryRun(
  context: CaseContext,
  instance: Tokenward,
  old: string,
  { texts, records }: Store,
): Promise<void> {
  const repository = await context.repository()
  const before = await allRecords(repository)
  const progress: ResealProgress[] = []
  let turns = 0
  const turn = () => {
    turns++
    turning = setImmediate(turn)
  }
  let turning = setImmediate(turn)
  const turnsAt: number[] = []
  const onProgress = (done: ResealProgress) => {
    progress.push(done)
    turnsAt.push(turns)
  }
  const { scanned, keys, cursor } = await instance.reseal({ dryRun: true, onProgress })
  clearImmediate(turning)
  assert.equal(scanned, records, 'a dry run looks at all records')
  assert.equal(
    keys[old],
    texts,
    'a dry run counts the texts of each key, without those that end soon',
  )
  assert.equal(cursor, undefined, 'a dry run without a limit has no cursor')
  assert.ok(progress.length > 2, `${records} records in ${progress.length} batches`)
  const turnless = turnsAt.filter((count, i) => count === turnsAt[i - 1])
  assert.deepEqual(turnless, [], 'between two batches other work goes on')
  assert.deepEqual(await allRecords(repository), before, 'a dry run changes nothing')
}

/** @returns the sum of all steps */
async function inSteps(
  context: CaseContext,
  instance: Tokenward,
  { records }: Store,
): Promise<Resealed> {
  let sum: Resealed = { scanned: 0, resealed: 0, unreadable: 0, keys: {} }
  let cursor: string | undefined
  do {
    const step = await instance.reseal({ limit: LIMIT, ...(cursor && { cursor }) })
    assert.ok(step.scanned <= LIMIT, `${step.scanned} records with a limit of ${LIMIT}`)
    cursor = step.cursor
    const resealed = sum.resealed + step.resealed
    const unreadable = sum.unreadable + step.unreadable
    sum = { scanned: sum.scanned + step.scanned, resealed, unreadable, keys: step.keys }
    assert.ok(sum.scanned <= records, 'each step begins where the one before has ended')
  } while (cursor !== undefined)
  assert.equal(sum.scanned, records, 'the steps look at all records')
  context.note(`${sum.resealed} of ${sum.scanned} records were sealed anew`)
  return sum
}

async function assertResealed(
  context: CaseContext,
  instance: Tokenward,
  fresh: string,
  done: Resealed,
  { texts, lostTexts, lost }: Store,
): Promise<void> {
  assert.equal(done.unreadable, lostTexts, 'what cannot be opened is counted')
  const before = await allRecords(await context.repository())
  const second = await instance.reseal()
  assert.equal(second.resealed, 0, 'a second call finds nothing to do')
  assert.equal(second.unreadable, lostTexts, 'a second call counts what cannot be opened, too')
  const expected = { [fresh]: texts, [lost.key.kid ?? '']: lostTexts }
  assert.deepEqual(second.keys, expected, 'how many texts each key seals')
  const sealed = (await allRecords(await context.repository())).filter(
    ({ kind }) => kind !== 'root',
  )
  assert.deepEqual(
    sealed,
    before.filter(({ kind }) => kind !== 'root'),
    'a second call changes nothing',
  )
}

/** With the new key alone everything is there, and with the lost one what it has sealed. */
async function assertKept(
  context: CaseContext,
  { logins, lost }: Store,
  fresh: SealingJwk,
): Promise<void> {
  const instance = await context.instance({ sealing: [fresh] })
  for (const [i, { session }] of logins.entries())
    assert.deepEqual(await dataOf(instance, { session }, 'resealed data'), { i })
  const [gone, live] = logins as [Login, Login]
  await assertActive(instance, live.refreshToken, 'a resealed session', REFRESH)
  const notes = (await instance.explain(gone.refreshToken, { kind: 'refresh' })).note
  assert.equal(notes?.reason, 'of a session', 'the resealed note of a session')
  const stale = await instance.explain(live.accessToken)
  assert.equal(stale.note?.reason, 'of access', 'the resealed note of an access revocation')
  const all = await instance.explain({ everything: true })
  assert.equal(all.checks[0]?.note?.reason, 'of everything', 'the resealed note of the root record')
  const owner = await context.instance({ sealing: [lost.key] })
  const kept = await dataOf(owner, { session: lost.login.session }, 'data of a lost key')
  assert.deepEqual(kept, { i: 0 }, 'what cannot be opened is kept')
}

export const cases: readonly Case[] = [reseal]
