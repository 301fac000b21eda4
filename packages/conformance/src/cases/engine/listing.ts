import assert from 'node:assert/strict'
import type { Listed, Page, Target, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertThrows } from './assertions.ts'

const ADA = { subject: 'ada' } as const

const PAGE = 7

const listing: Case = {
  planRow: 43,
  name: 'listing',
  level: 'engine',
  catches:
    'pages go by key and not by offset: each active token once, whatever is written meanwhile',
  requires: claims('listing'),
  rounds: { quick: 40, full: 2_000 },
  async run(context) {
    const instance = await context.instance()
    const kept = []
    // Several pages at least.
    for (let i = 0; i < Math.max(context.rounds, 2 * PAGE); i++) {
      kept.push(await instance.issue({ ...ADA, client: i % 2 === 0 ? 'web' : 'app' }))
      await instance.issue({ subject: 'bob', client: 'web' })
    }
    for (const kind of ['token', 'session'] as const) {
      const before = (await everything(instance, kind, PAGE)).filter(({ active }) => active)
      assert.equal(before.length, kept.length, 'each once, and no one else’s')
      assert.ok(before.every((item) => item.kind === kind))
      const during = await everything(instance, kind, PAGE, async () => {
        const passing = await instance.issue({ ...ADA, client: 'web' })
        await instance.revoke({ session: passing.session })
      })
      const known = new Set(before.map(({ record }) => record))
      const met = during.map(({ record }) => record)
      assert.equal(new Set(met).size, met.length, 'no entry twice')
      assert.deepEqual(
        met.filter((record) => known.has(record)),
        [...known],
        'all, in one order',
      )
    }
    const web = await everything(instance, 'token', 9, undefined, { ...ADA, client: 'web' })
    assert.equal(web.filter((item) => item.active).length, Math.ceil(kept.length / 2))
    await sameCursor(instance)
  },
}

async function everything(
  instance: Tokenward,
  kind: 'token' | 'session',
  limit: number,
  between?: () => Promise<void>,
  target: { subject: string; client?: string } = ADA,
): Promise<Listed[]> {
  const items: Listed[] = []
  for (let cursor: string | undefined; ; ) {
    const page: Page = await instance.list(target, { kind, limit, ...(cursor && { cursor }) })
    assert.ok(page.items.length <= limit, 'no more than the limit')
    items.push(...page.items)
    assert.ok(items.length <= 10_000, 'pages without end')
    cursor = page.cursor
    if (cursor === undefined) return items
    await between?.()
  }
}

/** A cursor is a position, not a session: it may be used again. */
async function sameCursor(instance: Tokenward): Promise<void> {
  const { cursor } = await instance.list(ADA, { kind: 'token', limit: 5 })
  assert.ok(cursor)
  const [once, twice] = [
    await instance.list(ADA, { kind: 'token', limit: 5, cursor }),
    await instance.list(ADA, { kind: 'token', limit: 5, cursor }),
  ]
  assert.deepEqual(once, twice)
  for (const wrong of ['', 'x', '../..', `${cursor}0`]) {
    const page = instance.list(ADA, { kind: 'token', cursor: wrong })
    await assertThrows(page, 'TOKENWARD_INVALID_INPUT', `cursor ${JSON.stringify(wrong)}`)
  }
}

const listedStatus: Case = {
  name: 'listed-status',
  level: 'engine',
  catches: 'a list shows the current status, cutoffs included, and its entries can be revoked',
  requires: claims('listing'),
  async run(context) {
    const instance = await context.instance()
    const [one, other] = [
      await instance.issue({ ...ADA, client: 'web' }),
      await instance.issue({ ...ADA, client: 'web' }),
    ]
    const [first, second] = await everything(instance, 'session', 10)
    assert.ok(first && second)
    await instance.revoke({ record: first.record })
    const after = await everything(instance, 'session', 10)
    assert.deepEqual(
      after.map(({ record, active, reason }) => ({ record, active, reason })),
      [
        { record: first.record, active: false, reason: 'revoked' },
        { record: second.record, active: true, reason: undefined },
      ],
    )
    const dead = await instance.verify(one.accessToken)
    const [gone, left] = dead.active ? [other, one] : [one, other]
    await assertLoginRefused(instance, gone, 'revoked by its listed name')
    await assertLoginActive(instance, left, 'the other')
    await instance.revoke({ client: 'web' })
    const none = await everything(instance, 'token', 10)
    assert.ok(
      none.every((item) => !item.active && item.reason === 'revoked'),
      'by a cutoff',
    )
    await ofASingleToken(context)
    await byEachScope(context)
  },
}

/** A record does not store the keys of all its cutoffs, but each of them decides. */
async function byEachScope(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const scopes = ['session', 'subject+client', 'subject', 'client', 'global'] as const
  for (const scope of scopes) {
    const [subject, client] = [`user of ${scope}`, `client of ${scope}`]
    const { session } = await instance.issue({ subject, client })
    await instance.revoke(targetOf(scope, { subject, client, session }))
    const { items } = await instance.list({ subject, client })
    assert.equal(items.length, 2, `${scope}: the session and the token`)
    for (const { record, active, decidedBy } of items) {
      assert.deepEqual({ active, decidedBy }, { active: false, decidedBy: scope }, `list: ${scope}`)
      const explained = await instance.explain({ record })
      assert.equal(explained.active, false, `explain: ${scope}`)
    }
  }
}

function targetOf(
  scope: 'session' | 'subject+client' | 'subject' | 'client' | 'global',
  { subject, client, session }: { subject: string; client: string; session: string },
): Target {
  switch (scope) {
    case 'session':
      return { session }
    case 'subject+client':
      return { subject, client }
    case 'subject':
      return { subject }
    case 'client':
      return { client }
    case 'global':
      return { everything: true }
  }
}

/** A token without a login: an instant before its issue does not revoke it. */
async function ofASingleToken(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const { jti } = await instance.issue({ subject: 'bob', client: 'app', refresh: false })
  await instance.revoke({ subject: 'bob' }, { before: context.clock() - 1 })
  const { items } = await instance.list({ subject: 'bob' })
  assert.deepEqual(
    items.map(({ active }) => active),
    [true],
    `${jti} was issued later`,
  )
}

export const cases: readonly Case[] = [listing, listedStatus]
