import assert from 'node:assert/strict'
import {
  generateSealingKey,
  type ListedSession,
  type Login,
  type SessionPage,
  type Tokenward,
} from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, holdsData } from '../../suite/requirements.ts'
import { assertRotated } from './assertions.ts'

const ADA = { subject: 'ada' } as const
const CLIENTS = ['web', 'app'] as const

/** A session, as it must be listed. */
interface Expected {
  readonly login: Login
  readonly label: string
  readonly createdAt: number
  readonly lastUsedAt: number
}

interface Fixture {
  readonly context: CaseContext
  readonly instance: Tokenward
  /** Newest first. */
  readonly expected: Expected[]
}

const sessionPages: Case = {
  name: 'session-pages',
  level: 'engine',
  catches:
    'the sessions of one subject, newest first: each once, whatever happens between pages, with its names and its last rotation',
  requires: all(claims('listing'), holdsData),
  rounds: { quick: 14, full: 300 },
  async run(context) {
    const instance = await context.instance({ sealing: generateSealingKey() })
    const fixture = { context, instance, expected: [] }
    // Several pages at least.
    for (let i = 0; i < Math.max(context.rounds, 10); i++) await logIn(fixture, i)
    for (const limit of [1, 3, 100]) await asExpected(fixture, limit)
    await rotatedSessions(fixture)
    for (const limit of [2, 5]) await whileOthersLogIn(fixture, limit)
    await filtered(fixture)
  },
}

/** Not each in a millisecond of its own; and between tokens without a session and other subjects. */
async function logIn({ context, instance, expected }: Fixture, i: number): Promise<void> {
  if (i % 4 !== 3) context.clock.advance(SECOND)
  const [label, client] = [`device ${i}`, CLIENTS[i % 2] ?? 'web']
  const login = await instance.issue({ ...ADA, client, label, data: { i } })
  const at = context.clock()
  expected.unshift({ login, label, createdAt: at, lastUsedAt: at })
  if (i % 3 !== 0) return
  await instance.issue({ ...ADA, client, refresh: false, label: 'no session' })
  await instance.issue({ subject: 'bob', client, label: 'of bob' })
}

async function asExpected({ instance, expected }: Fixture, limit: number): Promise<void> {
  const found = await allOf(instance, limit)
  assert.equal(found.length, expected.length, 'each once, and no one else’s')
  assertNewestFirst(found)
  for (const { login, label, createdAt, lastUsedAt } of expected) {
    const item = found.find(({ session }) => session === login.session)
    assert.ok(item, `${label} is listed`)
    const { subject, client } = login
    const { record: _, data, expiresAt, ...shown } = item
    const { session, endsAt } = login
    assert.deepEqual(
      shown,
      { subject, client, session, label, createdAt, lastUsedAt, endsAt, active: true },
      `${label}, as it is listed`,
    )
    assert.ok(expiresAt > lastUsedAt && expiresAt <= endsAt, `${label} expires within the session`)
    assert.deepEqual(data, { i: Number(label.split(' ')[1]) }, `the data of ${label}`)
  }
}

/** The last rotation is shown, and does not change the order. */
async function rotatedSessions(fixture: Fixture): Promise<void> {
  const { context, instance, expected } = fixture
  for (const i of [expected.length - 1, 2]) {
    const { login, ...rest } = expected[i] as Expected
    context.clock.advance(SECOND)
    const first = await instance.rotate(login.refreshToken)
    assertRotated(first, 'the first rotation')
    context.clock.advance(SECOND)
    assertRotated(await instance.rotate(first.refreshToken), 'the second rotation')
    expected[i] = { login, ...rest, lastUsedAt: context.clock() }
    context.clock.advance(SECOND)
  }
  await asExpected(fixture, 4)
}

/** Neither a login nor a revocation between two pages moves the position of a cursor. */
async function whileOthersLogIn(fixture: Fixture, limit: number): Promise<void> {
  const { context, instance } = fixture
  const before = (await allOf(instance, 100)).map(({ session }) => session)
  const revoked = new Set<string>()
  let i = 0
  const found = await allOf(instance, limit, ADA, async (page, cursor) => {
    context.clock.advance(SECOND)
    await instance.issue({ ...ADA, client: 'web', label: 'during' })
    const session = before[i++ * limit] ?? ''
    await instance.revoke({ session })
    revoked.add(session)
    const again = await instance.sessions(ADA, { limit, cursor })
    // The last page may be empty.
    const next = before[i * limit]
    assert.equal(again.items[0]?.session, next, 'a cursor leads to the same page again')
    assert.ok(!page.some(({ session }) => session === next), 'no session is on two pages')
  })
  assert.ok(revoked.size > 1, 'there were several pages')
  assert.deepEqual(
    found.map(({ session }) => session),
    before,
    'the same sessions in the same order',
  )
  assertNewestFirst(found)
  for (const { session = '', active } of await allOf(instance, 100)) {
    if (revoked.has(session)) assert.equal(active, false, 'a revoked session is shown as such')
  }
}

async function filtered({ instance, expected }: Fixture): Promise<void> {
  for (const client of CLIENTS) {
    const found = await allOf(instance, 3, { ...ADA, client })
    const known = new Set(found.map(({ session }) => session))
    assert.equal(known.size, found.length, 'each once')
    assert.ok(
      found.every((item) => item.client === client),
      `only sessions of ${client}`,
    )
    const own = expected.filter(({ login }) => login.client === client)
    assert.ok(
      own.every(({ login }) => known.has(login.session)),
      `all sessions of ${client}`,
    )
    assertNewestFirst(found)
  }
  const bobs = await allOf(instance, 2, { subject: 'bob' })
  assert.ok(bobs.length > 2 && bobs.every(({ label }) => label === 'of bob'), 'only those of bob')
  assert.deepEqual(await allOf(instance, 2, { subject: 'unknown' }), [], 'of no one')
  assert.deepEqual(await allOf(instance, 2, { ...ADA, client: 'other' }), [], 'of no client')
}

function assertNewestFirst(items: readonly ListedSession[]): void {
  const times = items.map(({ createdAt }) => createdAt)
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
    'newest first',
  )
}

async function allOf(
  instance: Tokenward,
  limit: number,
  target: { readonly subject: string; readonly client?: string } = ADA,
  between?: (page: readonly ListedSession[], cursor: string) => Promise<void>,
): Promise<ListedSession[]> {
  const items: ListedSession[] = []
  for (let cursor: string | undefined; ; ) {
    const options = { limit, data: true, ...(cursor && { cursor }) }
    const page: SessionPage = await instance.sessions(target, options)
    assert.ok(page.items.length <= limit, 'no more than the limit')
    items.push(...page.items)
    assert.ok(items.length <= 10_000, 'pages without end')
    cursor = page.cursor
    if (cursor === undefined) return items
    await between?.(page.items, cursor)
  }
}

export const cases: readonly Case[] = [sessionPages]
