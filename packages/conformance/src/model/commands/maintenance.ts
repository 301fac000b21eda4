import assert from 'node:assert/strict'
import type { Listed, Page, Target, Tokenward } from '@tokenward/core'
import * as fc from 'fast-check'
import { covers, endedBy, expectedResult } from '../expected-result.ts'
import type { Model, Principal, Token } from '../model.ts'
import { isPast, scopeOf } from '../model.ts'
import {
  always,
  anyIndex,
  anyInstance,
  choose,
  hasTokens,
  type Steps,
  step,
  verifyAll,
} from '../step.ts'

/** Deletes past records; no result changes. */
export const pruning: Steps = fc
  .record({ index: anyInstance, limit: fc.constantFrom(1_000, 1, 3) })
  .map(({ index, limit }) =>
    step('prune', index, always, async ({ model, system, instance, log, answered }) => {
      log(`at most ${limit}`)
      const { deleted } = await instance.prune({ limit })
      answered(`${deleted} deleted`)
      assert.ok(deleted <= limit, 'no more than the limit')
      await verifyAll(model, system, index)
    }),
  )

export const restarting: Steps = anyInstance.map((index) =>
  step('restart', index, always, async ({ system, log }) => {
    log('')
    await system.restart(index)
  }),
)

const anyScope: fc.Arbitrary<readonly (keyof Principal)[]> = fc.constantFrom(
  ['issuer', 'subject'],
  ['issuer', 'client'],
  ['issuer', 'subject', 'client'],
  ['issuer', 'session'],
  ['issuer'],
  [],
)

/** The stored records of a scope, each with its current status. */
export const listing: Steps = fc
  .record({
    index: anyInstance,
    which: anyIndex,
    scope: anyScope,
    limit: fc.constantFrom(100, 1, 3),
  })
  .map(({ index, which, scope, limit }) =>
    step('list', index, hasTokens, async ({ model, instance, now, log, answered }) => {
      const { principal } = choose(model.tokens, which)
      const of: Principal = Object.fromEntries(
        scope.flatMap((name) => (principal[name] === undefined ? [] : [[name, principal[name]]])),
      )
      log(JSON.stringify(of))
      const listed = await listAll(instance, of, limit)
      answered(`${listed.size} records`)
      const part = model.tokens.filter((token) => covers({ of } as never, token.principal))
      const named = await Promise.all(
        part.map(async (t) => [t, await recordOf(instance, t)] as const),
      )
      for (const [token, record] of named) assertListed(model, token, listed.get(record), now)
      const known = new Set(named.map(([, record]) => record))
      const strange = [...listed.values()].filter((item) => item.active && !known.has(item.record))
      assert.deepEqual(strange, [], 'listed as active, but unknown to the model')
    }),
  )

async function listAll(
  instance: Tokenward,
  of: Principal,
  limit: number,
): Promise<Map<string, Listed>> {
  const target = (scopeOf(of) === 'global' ? { everything: true } : of) as Target
  const items = new Map<string, Listed>()
  for (let cursor: string | undefined; ; ) {
    const page: Page = await instance.list(target, { limit, ...(cursor && { cursor }) })
    for (const item of page.items) {
      assert.ok(!items.has(item.record), 'a record is listed twice')
      items.set(item.record, item)
    }
    cursor = page.cursor
    if (cursor === undefined) return items
  }
}

/** The key of its record in the store: for a refresh token, that of its session. */
async function recordOf(instance: Tokenward, { kind, text }: Token): Promise<string> {
  const { checks } = await instance.explain(text)
  const own = checks.filter(({ scope }) => scope === (kind === 'refresh' ? 'session' : 'token'))
  const record = own.at(-1)?.record
  return record ?? assert.fail('explain does not return the record')
}

function assertListed(model: Model, token: Token, item: Listed | undefined, now: number): void {
  const isOlder = token.kind === 'refresh' && token.generation < (token.login?.generation ?? 0)
  // Past records may be pruned; a session record represents its newest generation.
  if (isPast(model, token, now) || isOlder) return
  const isAlive = isListedActive(model, token, now)
  if (item === undefined) {
    assert.ok(!isAlive || !isStored(model, token), `${token.label} is active and is not listed`)
    return
  }
  assert.equal(item.active, isAlive, `${token.label} is listed as ${item.reason ?? 'active'}`)
}

function isListedActive(model: Model, token: Token, now: number): boolean {
  // A session record does not show that one of its tokens was revoked alone.
  if (token.kind === 'refresh') return endedBy(model, token).every(({ scope }) => scope === 'token')
  return expectedResult(model, token, now).active
}

function isStored({ rules }: Model, { kind, state, origin }: Token): boolean {
  return (
    kind === 'refresh' || state.stored || (rules.policy === 'allowlist' && origin === 'instance')
  )
}
