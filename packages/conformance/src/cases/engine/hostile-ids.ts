import assert from 'node:assert/strict'
import { type Tokenward, trust } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { publicPart, signToken } from '../../harness/handmade-tokens.ts'
import type { Random } from '../../harness/random.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertActive,
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertThrows,
} from './assertions.ts'
import { hostileNames, noNames } from './hostile-names.ts'

const hostileIds: Case = {
  planRow: 31,
  name: 'hostile-ids',
  level: 'engine',
  catches: 'every name goes through a length-prefixed hash: no name collides, injects or crashes',
  requires: always,
  rounds: { quick: 400, full: 10_000 },
  async run(context) {
    const instance = await context.instance()
    const canary = await instance.issue({ subject: 'canary', client: 'canary' })
    const ids = idsOf(context.random, context.rounds)
    await noAlias(context, instance, ids, (id) => ({ subject: id, client: 'web' }), 'subject')
    await noAlias(
      context,
      instance,
      ids.slice(0, 150),
      (id) => ({ subject: 'ada', client: id }),
      'client',
    )
    await pairsApart(instance)
    if (context.environment.capabilities.durability === 'durable') await issuersApart(context)
    await otherNames(instance, ids.slice(0, 150))
    await refused(context)
    await assertLoginActive(instance, canary, 'the canary')
  },
}

function idsOf(random: Random, count: number): string[] {
  const ids = new Set<string>(hostileNames)
  const segment = () =>
    random.chance(0.6) ? random.pick(hostileNames) : String.fromCodePoint(random.below(0xd800))
  while (ids.size < count) {
    ids.add(
      Array.from({ length: 1 + random.below(4) }, segment)
        .join('')
        .slice(0, 1_024),
    )
  }
  return [...ids].filter((id) => id.isWellFormed())
}

/** Half of the names are revoked; exactly those are refused. */
async function noAlias(
  context: CaseContext,
  instance: Tokenward,
  ids: readonly string[],
  grantOf: (id: string) => { subject: string; client: string },
  name: 'subject' | 'client',
): Promise<void> {
  const tokens = await Promise.all(
    ids.map((id) => instance.issue({ ...grantOf(id), refresh: false })),
  )
  const revoked = new Set(ids.filter(() => context.random.chance(0.5)))
  const targetOf = (id: string) => (name === 'subject' ? { subject: id } : { client: id })
  await Promise.all([...revoked].map((id) => instance.revoke(targetOf(id))))
  const results = await Promise.all(tokens.map(({ accessToken }) => instance.verify(accessToken)))
  for (const [i, id] of ids.entries()) {
    const result = results[i]
    assert.equal(result?.active, !revoked.has(id), `${name} ${JSON.stringify(id)}`)
    if (result?.active) assert.equal(result.claims[name === 'subject' ? 'sub' : 'client_id'], id)
  }
}

/** Two names that, concatenated, equal two other names. */
async function pairsApart(instance: Tokenward): Promise<void> {
  const glued = ['', ':', '|', '/', ',', ';', '.', '-', '_', ' ', '\0', '\n', '1:', '2:b1:']
  const pairs = glued.flatMap((glue): (readonly [string, string])[] => [
    ['a', `b${glue}c`],
    [`a${glue}b`, 'c'],
  ])
  const logins = await Promise.all(
    pairs.map(([subject, client]) => instance.issue({ subject, client })),
  )
  for (const [i, [subject, client]] of pairs.entries()) {
    await instance.revoke({ subject, client })
    for (const [j, login] of logins.entries()) {
      const what = `${JSON.stringify(pairs[j])} after ${JSON.stringify(pairs[i])} was revoked`
      if (j <= i) await assertLoginRefused(instance, login, what)
      else await assertLoginActive(instance, login, what)
    }
  }
}

/** An issuer and a subject are the same text as another issuer and subject, one after the other. */
async function issuersApart(context: CaseContext): Promise<void> {
  const { issuer, key } = context.environment.provider
  const options = { audience: 'https://api.example', maxLifetime: '1d' } as const
  const jwks = { keys: [publicPart(key)] }
  const pairs = [
    [issuer, '/tenant-ada'],
    [`${issuer}/tenant`, '-ada'],
  ] as const
  const trusted = pairs.map(([url]) => trust(url, { ...options, jwks }))
  const instance = await context.instance({ trust: trusted })
  const iat = Math.floor(context.clock() / SECOND)
  const [first, second] = await Promise.all(
    pairs.map(([iss, sub]) =>
      signToken(key, {
        claims: { iss, sub, aud: options.audience, iat, exp: iat + 600, jti: crypto.randomUUID() },
      }),
    ),
  )
  const [[revoked, subject]] = pairs
  await instance.revoke({ issuer: revoked, subject })
  await assertRefused(instance, first ?? '', `${subject} of ${revoked} was revoked`, 'revoked')
  await assertActive(instance, second ?? '', `${subject} of ${revoked} was revoked`)
}

/** Names of sessions, tokens, notes and idempotency keys, none of which has a special meaning. */
async function otherNames(instance: Tokenward, ids: readonly string[]): Promise<void> {
  const login = await instance.issue({ subject: 'names', client: 'names' })
  for (const id of ids) {
    const note = { reason: id, actor: id }
    assert.equal((await instance.revoke({ session: id }, note)).revoked, true)
    const again = await instance.revoke({ session: id })
    assert.deepEqual({ ...again.note }, note, 'the note comes back as it was')
  }
  await assertActive(instance, login.accessToken, 'sessions of other names were revoked')
  const used = await instance.issue({ subject: 'names', client: 'names', refresh: false })
  const [first, ...others] = ids.slice(0, 20)
  const won = await instance.consume(used.accessToken, { idempotencyKey: first ?? 'x' })
  assert.equal(won.active, true)
  for (const idempotencyKey of others) {
    assert.equal((await instance.consume(used.accessToken, { idempotencyKey })).active, false)
  }
  await assertRefused(instance, used.accessToken, 'consumed', 'consumed')
}

/** Invalid names are refused before anything is sent. */
async function refused(context: CaseContext): Promise<void> {
  const sent = recordCalls()
  const instance = await context.instance({ wrap: sent.wrap })
  sent.clear()
  for (const name of noNames) {
    const id = name as string
    const calls = [
      () => instance.issue({ subject: id, client: 'web' }),
      () => instance.issue({ subject: 'ada', client: id }),
      () => instance.revoke({ subject: id }),
      () => instance.revoke({ client: id }),
      () => instance.revoke({ session: id }),
      () => instance.revoke({ jti: id }),
      () => instance.revoke({ subject: 'ada', client: id }),
      () => instance.explain({ subject: id }),
    ]
    for (const call of calls) await assertThrows(call, 'TOKENWARD_INVALID_INPUT', String(name))
  }
  assert.equal(sent.calls(), 0, 'nothing was sent')
}

export const cases: readonly Case[] = [hostileIds]
