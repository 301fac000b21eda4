import assert from 'node:assert/strict'
import { generateSealingKey, type Issued, type Login, type Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, holdsData } from '../../suite/requirements.ts'
import { assertLoginActive, assertRefused } from './assertions.ts'
import { eraseBesideOthers } from './beside-erasure.ts'
import { allRecords, dataOf, type SealingJwk, sealedTextsIn } from './stored-data.ts'

/** A text about the subject. In plain text it may be stored only by instances without `sealing`. */
const CANARY = 'canary-of-ada'
const NOTE = { reason: CANARY, actor: CANARY } as const
const ADA = { subject: 'ada', client: 'web' } as const
/** More records than one page has. */
const LOGINS = 60

const erase: Case = {
  name: 'erase',
  level: 'engine',
  catches: 'after an erasure no record has a text about the subject, and no one else has lost any',
  requires: all(claims('listing'), holdsData),
  async run(context) {
    for (const sealing of [undefined, generateSealingKey()])
      await eraseAll(context, sealing, sealing ? 'sealed' : 'in plain text')
    await eraseBesideOthers(context)
  },
}

/** A namespace in which only `ada` and `bob` have records. */
async function eraseAll(
  context: CaseContext,
  sealing: SealingJwk | undefined,
  what: string,
): Promise<void> {
  const namespace = `${context.namespace}-${context.random.hex(8)}`
  const instance = await context.instance({ namespace, ...(sealing && { sealing }) })
  const own = sealing && { data: { text: CANARY }, label: CANARY }
  const issued: Issued[] = []
  for (let i = 0; i < LOGINS; i++) {
    const grant = { ...ADA, client: `c${i % 2}`, ...own }
    const single = () => instance.issue({ ...grant, refresh: false })
    issued.push(await (i % 3 === 0 ? single() : instance.issue(grant)))
  }
  const bob = await instance.issue({ subject: 'bob', client: 'c0', ...own })
  await revokeSome(instance, issued)
  await instance.revoke({ jti: (await instance.issue({ ...ADA, subject: 'bob' })).jti }, NOTE)
  const repository = await context.repository(namespace)
  const others = await withoutErased(instance, repository, bob, what)
  for (const { accessToken } of issued)
    await assertRefused(instance, accessToken, `${what}, erased`)
  const again = await instance.erase({ subject: 'ada' })
  assert.equal(again.erased, 0, `${what}: a second call finds nothing`)
  const left = (await allRecords(repository)).filter(hasText)
  assert.equal(left.length, others, `${what}: the records with texts are those of others`)
  if (sealing) assert.deepEqual(await dataOf(instance, bob.accessToken, what), { text: CANARY })
  await assertLoginActive(instance, bob, `${what}, of another subject`)
}

/** Notes of each kind that belongs to one subject: of tokens, sessions, and of what contains them. */
async function revokeSome(instance: Tokenward, issued: readonly Issued[]): Promise<void> {
  const sessions = issued.filter((each): each is Login => 'session' in each)
  const single = issued.filter((each) => !('session' in each))
  for (const { jti } of single.slice(0, 2)) await instance.revoke({ jti }, NOTE)
  for (const { session: id } of sessions.slice(0, 2)) await instance.revoke({ session: id }, NOTE)
  await instance.revoke({ ...ADA, client: 'c1' }, { ...NOTE, only: 'access' })
  await instance.revoke({ ...ADA, client: 'c1' }, NOTE)
  await instance.revoke({ subject: 'ada' }, { ...NOTE, only: 'access' })
}

/** @returns how many records of others have texts */
async function withoutErased(
  instance: Tokenward,
  repository: Awaited<ReturnType<CaseContext['repository']>>,
  bob: Login,
  what: string,
): Promise<number> {
  const before = (await allRecords(repository)).filter(hasText).length
  const { erased } = await instance.erase({ subject: 'ada' })
  const others = before - erased
  assert.ok(erased > 0, `${what}: nothing was erased`)
  const texts = (await allRecords(repository)).filter(hasText)
  const [ofAda, ofBob] = [await keysOf(instance, 'ada'), await keysOf(instance, 'bob')]
  const left = texts.filter(({ key }) => ofAda.has(key))
  assert.deepEqual(left, [], `${what}: a record of the subject still has a text`)
  assert.equal(texts.length, others, `${what}: each emptied record is counted once`)
  const kept = texts.filter(({ key }) => ofBob.has(key))
  assert.equal(
    kept.length,
    others,
    `${what}: a note of the subject is left, or ${bob.client}’s is gone`,
  )
  return others
}

function hasText(record: Parameters<typeof sealedTextsIn>[0]): boolean {
  return sealedTextsIn(record) > 0 || record.body.includes(CANARY)
}

async function keysOf(instance: Tokenward, subject: string): Promise<Set<string>> {
  const { items } = await instance.list({ subject }, { limit: 1_000 })
  return new Set(items.map(({ record }) => record))
}

export const cases: readonly Case[] = [erase]
