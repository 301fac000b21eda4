import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { generateSealingKey, type Tokenward } from '@tokenward/core'
import type { TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import { assertActive, assertRotated, assertThrows } from './assertions.ts'
import {
  assertNotOpened,
  assertOpened,
  issueSealed,
  type LocalKey,
  replaceText,
  type Sealed,
  sealedTextOf,
} from './sealed-records.ts'

/** What makes a text unreadable, and the key id that is reported. */
interface Damage {
  readonly what: string
  readonly keyId: string
  /** `undefined`: the instance has no keys at all. */
  readonly keys: LocalKey | undefined
  readonly change?: (text: string) => string
}

interface Fixture {
  readonly context: CaseContext
  readonly repository: TokenRepository
  readonly owner: Tokenward
}

const unreadableData: Case = {
  name: 'unreadable-data',
  level: 'engine',
  catches:
    'what does not open is reported and kept: it refuses no token, and no rotation or update loses it',
  requires: holdsData,
  async run(context) {
    const key = generateSealingKey()
    const owner = await context.instance({ sealing: key })
    const fixture = { context, owner, repository: await context.repository() }
    for (const damage of damagesFor(context, key)) {
      const { keys } = damage
      const reader = await context.instance(keys && { sealing: keys })
      await ofSession(fixture, reader, damage)
      await ofToken(fixture, reader, damage)
    }
  },
}

function damagesFor({ random }: CaseContext, key: LocalKey): Damage[] {
  const keyId = String(key.kid)
  const other = generateSealingKey()
  const changed = (part: number) => (text: string) => {
    const parts = text.split('.')
    const bytes = Buffer.from(parts[part] ?? '', 'base64url')
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    parts[part] = bytes.toString('base64url')
    return parts.join('.')
  }
  const cut = (text: string) => text.slice(0, text.indexOf('.') + 1 + random.below(100))
  const header = Buffer.from(JSON.stringify({ alg: 'A256KW', enc: 'A256GCM', kid: 'gone' }))
  return [
    { what: 'no keys', keyId, keys: undefined },
    { what: 'an unknown key id', keyId, keys: other },
    { what: 'a wrong key under the same id', keyId, keys: { ...other, kid: keyId } },
    { what: 'a truncated text', keyId, keys: key, change: cut },
    ...['content key', 'nonce', 'ciphertext', 'tag'].map((name, i) => {
      return { what: `a changed byte of the ${name}`, keyId, keys: key, change: changed(i + 1) }
    }),
    {
      what: 'the header of another key',
      keyId: 'gone',
      keys: key,
      change: (text) => header.toString('base64url') + text.slice(text.indexOf('.')),
    },
    { what: 'no sealed text at all', keyId: '', keys: key, change: () => '~' },
  ]
}

async function ofSession(
  { context, repository, owner }: Fixture,
  reader: Tokenward,
  damage: Damage,
): Promise<void> {
  const { keyId, change = (text) => text } = damage
  const what = `a session with ${damage.what}`
  const login = await issueSealed(context, owner, repository, 'session')
  const text = change(login.text)
  await replaceText(context, repository, login.key, text)
  await assertNotOpened(reader, login, keyId, what)
  await assertShown(context, reader, login, damage, what)
  await assertNotUpdated(reader, login, damage, what)
  const next = await reader.rotate(login.refreshToken ?? '')
  assertRotated(next, what)
  await assertActive(reader, next.accessToken, `${what}, after a rotation`)
  const stored = await sealedTextOf(repository, login.key)
  assert.equal(stored, text, `${what}: a rotation carries the text along`)
  // Where nothing was changed this is the same text.
  await replaceText(context, repository, login.key, login.text)
  await assertOpened(owner, login, `${what}: an instance with the key still reads it`)
}

async function ofToken(
  { context, repository, owner }: Fixture,
  reader: Tokenward,
  damage: Damage,
): Promise<void> {
  const { keyId, change = (text) => text } = damage
  const what = `a token with ${damage.what}`
  const token = await issueSealed(context, owner, repository, 'token')
  await replaceText(context, repository, token.key, change(token.text))
  await assertNotOpened(reader, token, keyId, what)
  await assertNotUpdated(reader, token, damage, what)
  const used = await reader.consume(token.accessToken)
  assert.equal(used.active, true, `${what}: it can be consumed`)
}

/** `explain`, `data`, `list` and `sessions` show the id of the key, where the instance has keys. */
async function assertShown(
  context: CaseContext,
  reader: Tokenward,
  { accessToken, refreshToken = '', key }: Sealed,
  { keyId, keys }: Damage,
  what: string,
): Promise<void> {
  const shown = keys && keyId
  const stored = await reader.data(accessToken)
  assert.ok(stored.found && stored.active, `${what}: data() finds it`)
  assert.deepEqual([stored.data, stored.unreadable], [null, keyId], `${what}: data()`)
  const { active, checks } = await reader.explain(refreshToken)
  const check = checks.find(({ record }) => record === key)
  assert.equal(active, true, `${what}: explain() shows it as active`)
  assert.equal(check?.names?.unreadable, shown, `${what}: explain()`)
  if (!context.environment.capabilities.listing) return
  const everything = { everything: true } as const
  const pages = {
    list: (await reader.list(everything, { limit: 1_000 })).items,
    sessions: (await reader.sessions({ subject: subjectOf(accessToken) }, { data: true })).items,
  }
  for (const [name, items] of Object.entries(pages)) {
    const item = items.find(({ record }) => record === key)
    assert.equal(item?.active, true, `${what}: ${name}() shows it as active`)
    assert.equal(item.unreadable, shown, `${what}: ${name}()`)
    assert.equal(item.label, undefined, `${what}: ${name}() shows no label`)
  }
}

async function assertNotUpdated(
  reader: Tokenward,
  { target }: Sealed,
  { keys }: Damage,
  what: string,
): Promise<void> {
  const update = () => reader.updateData(target, () => ({ lost: true }))
  if (keys === undefined) {
    await assertThrows(update, 'TOKENWARD_UNSUPPORTED_OPERATION', what)
    return
  }
  const refused = { updated: false, reason: 'unreadable' }
  assert.deepEqual({ ...(await update()) }, refused, `${what}: an update would lose it`)
}

function subjectOf(accessToken: string): string {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()
  return (JSON.parse(payload) as { sub: string }).sub
}

export const cases: readonly Case[] = [unreadableData]
