import assert from 'node:assert/strict'
import { type Finding, generateSealingKey, type Tokenward } from '@tokenward/core'
import type { TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import { assertRotated } from './assertions.ts'
import {
  assertNotOpened,
  assertOpened,
  issueSealed,
  type LocalKey,
  type Sealed,
} from './sealed-records.ts'

const NOTE = { reason: 'lost phone', actor: 'support' }

interface Fixture {
  readonly context: CaseContext
  readonly repository: TokenRepository
  readonly older: LocalKey
  readonly newer: LocalKey
  /** A session and a token that the older key has sealed, and a noted revocation. */
  readonly before: readonly Sealed[]
}

const sealingKeys: Case = {
  name: 'sealing-keys',
  level: 'engine',
  catches:
    'keys can be exchanged and removed: what they sealed opens as long as they are there, a rotation moves it to the new key, and no token depends on them',
  requires: holdsData,
  async run(context) {
    const [older, newer] = [generateSealingKey(), generateSealingKey()]
    const repository = await context.repository()
    const first = await context.instance({ sealing: [older, newer] })
    const before = [
      await issueSealed(context, first, repository, 'session'),
      await issueSealed(context, first, repository, 'token'),
    ]
    await first.revoke({ subject: 'noted' }, NOTE)
    const fixture = { context, repository, older, newer, before }
    const after = await swapped(fixture, first)
    await removed(fixture, after)
    await allGone(fixture, after)
    await movedByRotation(fixture)
  },
}

/** The other key seals now; all instances open what either of them has sealed. */
async function swapped(
  { context, repository, older, newer, before }: Fixture,
  first: Tokenward,
): Promise<Sealed> {
  const second = await context.instance({ sealing: [newer, older] })
  assert.deepEqual(await missingIn(second), [], 'all keys are there: no finding')
  for (const sealed of before) await assertOpened(second, sealed, `${sealed.kind}, keys swapped`)
  const { note } = await second.explain({ subject: 'noted' })
  assert.deepEqual({ ...note }, NOTE, 'keys swapped: the note is read')
  const after = await issueSealed(context, second, repository, 'session')
  await assertOpened(first, after, 'sealed by the second of its keys')
  const onlyNew = await context.instance({ sealing: newer })
  await assertOpened(onlyNew, after, 'the first key seals')
  return after
}

/** The older key is removed too early: a finding, and what the newer one sealed opens. */
async function removed({ context, older, newer, before }: Fixture, after: Sealed): Promise<void> {
  const instance = await context.instance({ sealing: [newer] })
  const [finding, ...others] = await missingIn(instance)
  assert.ok(finding && others.length === 0, 'a removed key is one finding')
  assert.ok(finding.message.includes(String(older.kid)), `it names the key: ${finding.message}`)
  assert.ok(!finding.message.includes(String(newer.kid)), `and no other: ${finding.message}`)
  await notOpened(instance, before, older, 'the key was removed')
  await assertOpened(instance, after, 'sealed with the key that is left')
  const { active, note } = await instance.explain({ subject: 'noted' })
  assert.deepEqual(
    [active, note],
    [false, undefined],
    'the key was removed: revoked, without a note',
  )
}

/** No instance can open anything, and every token is what it was. */
async function allGone({ context, older, newer, before }: Fixture, after: Sealed): Promise<void> {
  const other = await context.instance({ sealing: generateSealingKey() })
  const messages = (await missingIn(other)).map(({ message }) => message).join()
  for (const { kid } of [older, newer]) {
    assert.ok(messages.includes(String(kid)), `both keys are missing: ${messages}`)
  }
  for (const instance of [other, await context.instance()]) {
    await notOpened(instance, before, older, 'all keys are gone')
    await notOpened(instance, [after], newer, 'all keys are gone')
    const { refreshToken = '' } = after
    const stored = await instance.verify(refreshToken, { kind: 'refresh' })
    assert.equal(stored.active, true, 'all keys are gone: refresh token')
  }
  const again = await context.instance({ sealing: [older, newer] })
  for (const sealed of [...before, after]) await assertOpened(again, sealed, 'the keys are back')
}

/** Live sessions move to the new key by themselves: the older one is not needed for them any more. */
async function movedByRotation({ context, older, newer, before }: Fixture): Promise<void> {
  const [session, token] = before
  assert.ok(session?.refreshToken && token)
  const both = await context.instance({ sealing: [newer, older] })
  const next = await both.rotate(session.refreshToken)
  assertRotated(next, 'a rotation with both keys')
  const onlyNew = await context.instance({ sealing: newer })
  const moved = { ...session, accessToken: next.accessToken }
  await assertOpened(onlyNew, moved, 'after a rotation, only with the new key')
  const stored = await onlyNew.data(session.target)
  assert.ok(stored.found && stored.session === next.session, 'the names have moved, too')
  await notOpened(onlyNew, [token], older, 'a token does not move')
}

async function notOpened(
  instance: Tokenward,
  all: readonly Sealed[],
  { kid }: LocalKey,
  what: string,
): Promise<void> {
  for (const sealed of all) await assertNotOpened(instance, sealed, String(kid), what)
}

/** The findings about missing keys, as event and in the report of the health. */
async function missingIn(instance: Tokenward): Promise<readonly Finding[]> {
  const emitted: Finding[] = []
  instance.on('finding', (finding) => emitted.push(finding))
  await eventLoopTurns(3)
  const ofKeys = ({ code }: Finding) => code === 'sealing-key-missing'
  const { findings } = await instance.health()
  const missing = findings.filter(ofKeys)
  assert.deepEqual(emitted.filter(ofKeys), missing, 'at the start, an event for each finding')
  return missing
}

export const cases: readonly Case[] = [sealingKeys]
