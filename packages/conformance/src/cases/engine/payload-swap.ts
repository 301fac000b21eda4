import assert from 'node:assert/strict'
import { generateSealingKey, type Tokenward } from '@tokenward/core'
import type { TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import {
  assertNotOpened,
  assertOpened,
  type Body,
  issueSealed,
  type LocalKey,
  readRecord,
  replaceBody,
  replaceText,
  type Sealed,
  store,
  unreadableDuring,
} from './sealed-records.ts'

const KINDS = ['session', 'token'] as const

interface Fixture {
  readonly context: CaseContext
  readonly repository: TokenRepository
  readonly instance: Tokenward
  readonly sealing: LocalKey
  readonly keyId: string
}

const payloadSwap: Case = {
  planRow: 33,
  name: 'payload-swap',
  level: 'engine',
  catches: 'a sealed text opens in the record that it was sealed for, and in no other',
  requires: holdsData,
  async run(context) {
    const sealing = generateSealingKey()
    const instance = await context.instance({ sealing })
    const repository = await context.repository()
    const fixture = { context, repository, instance, sealing, keyId: String(sealing.kid) }
    for (const from of KINDS) for (const to of KINDS) await intoOtherRecord(fixture, from, to)
    await intoOtherKind(fixture)
    for (const kind of KINDS) await intoOtherNamespace(fixture, kind)
    await intoOtherNote(fixture)
    for (const kind of KINDS) await olderText(fixture, kind)
  },
}

async function intoOtherRecord(
  { context, repository, instance, keyId }: Fixture,
  from: Sealed['kind'],
  to: Sealed['kind'],
): Promise<void> {
  const source = await issueSealed(context, instance, repository, from)
  const target = await issueSealed(context, instance, repository, to)
  await replaceText(context, repository, target.key, source.text)
  const what = `the text of a ${from} in the record of another ${to}`
  await assertNotOpened(instance, target, keyId, what)
  await assertOpened(instance, source, `the ${from} that the text belongs to`)
  await replaceText(context, repository, target.key, target.text)
  await assertOpened(instance, target, `the ${to} with its own text again`)
}

/** The key alone does not bind a text: under one key there may be a record of another kind. */
async function intoOtherKind({ context, repository, instance, keyId }: Fixture): Promise<void> {
  const token = await issueSealed(context, instance, repository, 'token')
  const session = await issueSealed(context, instance, repository, 'session')
  const { etag, key } = await readRecord(repository, token.key)
  const other = await readRecord(repository, session.key)
  const body = JSON.stringify({ ...(JSON.parse(other.body) as Body), sealed: token.text })
  await store(repository, { ...other, key, body, etag: context.random.hex(22) }, etag)
  await assertDataNotOpened(instance, key, keyId, 'the text of a token, with the kind of a session')
}

async function intoOtherNamespace(
  { context, repository, instance, sealing, keyId }: Fixture,
  kind: Sealed['kind'],
): Promise<void> {
  const namespace = `${context.namespace} elsewhere`
  const other = await context.instance({ namespace, sealing })
  const elsewhere = await context.repository(namespace)
  const { key } = await issueSealed(context, instance, repository, kind)
  await store(elsewhere, await readRecord(repository, key), null)
  await assertDataNotOpened(other, key, keyId, `a ${kind} in another namespace`)
}

async function assertDataNotOpened(
  instance: Tokenward,
  record: string,
  keyId: string,
  what: string,
): Promise<void> {
  const { result, events } = await unreadableDuring(instance, () => instance.data({ record }))
  assert.ok(result.found, `${what}: the record is found`)
  assert.equal(result.data, null, `${what}: it was opened`)
  assert.equal(result.unreadable, keyId, `${what}: the id of the key`)
  assert.deepEqual(events, [{ record, keyId }], `${what}: an event with the key id`)
}

/** The note of a revocation belongs to its scope: it must not explain another one. */
async function intoOtherNote({ context, repository, instance }: Fixture): Promise<void> {
  const [ada, bob] = [{ subject: 'ada' }, { subject: 'bob' }]
  await instance.revoke(ada, { reason: 'of ada' })
  await instance.revoke(bob, { reason: 'of bob' })
  const [from, to] = [await cutoffOf(instance, ada), await cutoffOf(instance, bob)]
  const { revoked } = JSON.parse((await readRecord(repository, from)).body) as Body
  await replaceBody(context, repository, to, (body) => ({ ...body, revoked }))
  const { result, events } = await unreadableDuring(instance, () => instance.explain(bob))
  assert.equal(result.reason, 'revoked', 'a note that does not open revokes all the same')
  assert.equal(result.note, undefined, 'the note of another subject was opened')
  assert.ok(events.length > 0, 'the note of another subject: an event')
  assert.deepEqual({ ...(await instance.explain(ada)).note }, { reason: 'of ada' })
}

async function cutoffOf(instance: Tokenward, target: { subject: string }): Promise<string> {
  const [check] = (await instance.explain(target)).checks
  assert.ok(check, 'the cutoff of a subject is explained')
  return check.record
}

/** An attacker who can write to the store can restore what a record had before, but no more than that. */
async function olderText(
  { context, repository, instance }: Fixture,
  kind: Sealed['kind'],
): Promise<void> {
  const older = await issueSealed(context, instance, repository, kind)
  const done = await instance.updateData(older.target, () => ({ changed: true }))
  assert.ok(done.updated, `the data of a ${kind} is updated`)
  await replaceText(context, repository, older.key, older.text)
  await assertOpened(instance, older, `an older text of the same ${kind}`)
}

export const cases: readonly Case[] = [payloadSwap]
