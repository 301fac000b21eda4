import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { type Events, generateSealingKey, type Login, type Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { type CapturedOutput, captureOutput } from '../../interceptors/capture-output.ts'
import { chain } from '../../interceptors/intercept.ts'
import { outage } from '../../interceptors/outage.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always, holdsData } from '../../suite/requirements.ts'

const EVENTS: readonly (keyof Events)[] = [
  'issued',
  'rotated',
  'retried',
  'reused',
  'consumed',
  'revoked',
  'failedOpen',
  'unavailable',
  'recovered',
  'corrupt',
  'unreadable',
  'finding',
  'pruned',
  'operation',
]

const noSecretsInLogs: Case = {
  planRow: 37,
  name: 'no-secrets-in-logs',
  level: 'engine',
  catches:
    'tokens, their contents, what is sealed, and keys stay out of stores, logs, errors and events',
  requires: always,
  async run(context) {
    const canary = `canary${context.random.hex(24)}`
    const pepper = new Uint8Array(Buffer.from(`pepper${context.random.hex(58)}`).subarray(0, 32))
    const sealing = generateSealingKey()
    const [sent, backend, output] = [recordCalls(), outage(), captureOutput()]
    const events: CapturedOutput['captured'] = []
    try {
      const deadline = await context.shortDeadline(200)
      const options = { pepper, sealing, wrap: chain(backend.wrap, sent.wrap) }
      const instance = await context.instance(options)
      // Only for the calls that fail: a busy machine may miss a short deadline.
      const hurried = await context.instance({ ...options, deadline: `${deadline}ms` })
      for (const name of EVENTS) {
        for (const each of [instance, hurried])
          each.on(name, (event) => events.push(JSON.stringify(event)))
      }
      const logins = await useEverything(context, instance, canary)
      await failEverywhere(context, hurried, logins, canary, output, () => {
        backend.reads = backend.writes = 'refuses'
      })
      const secrets = [
        ...secretsOf(context, logins, canary, pepper),
        ['the sealing key', String(sealing.k)],
      ] as const
      const stored = JSON.stringify(sent.writes)
      assert.ok(stored.length > 1_000, 'stored records were captured')
      assert.ok(output.captured.length > 20 && events.length > 8, 'output was captured')
      for (const [what, secret] of secrets) {
        assert.ok(!stored.includes(secret), `${what} is in the store`)
        assert.ok(
          !output.captured.some((text) => text.includes(secret)),
          `${what} is in a log or error`,
        )
        assert.ok(!events.some((text) => text.includes(secret)), `${what} is in an event`)
      }
      assert.ok(!stored.includes('subject-of-canary'), 'a name is in the store in plain text')
    } finally {
      output.stop()
    }
  },
}

async function useEverything(
  context: CaseContext,
  instance: Tokenward,
  canary: string,
): Promise<Login[]> {
  const grant = { subject: 'subject-of-canary', client: 'web', scope: `${canary}-scope` }
  const isLarge = holdsData(context.environment) === null
  const own = isLarge ? { data: { secret: canary }, label: `${canary} label` } : {}
  const note = { reason: `${canary} reason`, actor: `${canary} actor` }
  const first = await instance.issue({ ...grant, claims: { secret: canary }, ...own })
  const second = await instance.rotate(first.refreshToken)
  assert.ok(second.active)
  await instance.rotate(first.refreshToken)
  await instance.verify(first.accessToken, { data: true })
  await instance.updateData({ session: first.session }, (data) => ({ ...data, again: canary }))
  await instance.consume(first.accessToken, { idempotencyKey: `${canary}-key` })
  await instance.consume(first.accessToken)
  await instance.explain(second.accessToken)
  context.clock.advance(60_000)
  await instance.rotate(first.refreshToken)
  const third = await instance.issue({ ...grant, claims: () => ({ secret: canary }) })
  await instance.revoke(third.accessToken, note)
  const fourth = await instance.issue({ ...grant, claims: { secret: canary } })
  await instance.issue({ ...grant, ...own, refresh: false })
  await instance.revoke({ subject: grant.subject }, note)
  if (context.environment.capabilities.pruning) await instance.prune()
  return [first, second, third, fourth]
}

/** Provokes every kind of error with secrets in its arguments, and captures all output. */
async function failEverywhere(
  context: CaseContext,
  instance: Tokenward,
  logins: readonly Login[],
  canary: string,
  output: CapturedOutput,
  breakStore: () => void,
): Promise<void> {
  const { accessToken, refreshToken } = logins.at(-1) as Login
  const [key] = context.environment.keys
  const grant = { subject: 'a', client: 'b' }
  const inputs = { ...grant, claims: { exp: canary, secret: canary } }
  const broken = { ...key, crv: 'P-999' }
  const calls: (() => Promise<unknown>)[] = [
    () => instance.issue(inputs as object as Parameters<Tokenward['issue']>[0]),
    () => instance.issue({ ...inputs, claims: () => Promise.reject(new Error('no claims')) }),
    () => instance.verify(`${accessToken}x`),
    () => instance.verify(accessToken, { unknown: canary } as object),
    () => instance.verify({ accessToken } as unknown as string),
    () => instance.rotate(refreshToken, { scope: 'more' }),
    () => instance.issue({ ...grant, data: { secret: [canary, 1n] } }),
    () => instance.issue({ ...grant, data: { secret: canary.repeat(1_000) } }),
    () => instance.issue({ ...grant, label: canary.repeat(10) }),
    () => instance.revoke(grant, { reason: canary.repeat(100) }),
    () => instance.revoke({ jti: accessToken.repeat(9) }),
    () =>
      context.environment.engine.createTokenward(
        context.options({ keys: [broken], pepper: new Uint8Array(1) }),
      ),
    () =>
      context.environment.engine.createTokenward(
        context.options({ keys: [{ ...key, alg: 'none' }] }),
      ),
    () =>
      context.environment.engine.createTokenward(context.options({ pepper: new Uint8Array(32) })),
  ]
  for (const call of calls) output.note(await call().catch((error: unknown) => error))
  breakStore()
  const lost = [
    () => instance.issue({ ...grant, claims: { secret: canary }, data: { secret: canary } }),
    () => instance.verify(accessToken),
    () => instance.consume(accessToken),
    () => instance.rotate(refreshToken),
    () => instance.revoke(refreshToken, { reason: canary }),
    () => instance.health(),
  ]
  for (const call of lost) output.note(await call().catch((error: unknown) => error))
  for (let i = 0; i < 10; i++)
    output.note(await instance.verify('not a token').catch((e: unknown) => e))
}

function secretsOf(
  context: CaseContext,
  logins: readonly Login[],
  canary: string,
  pepper: Uint8Array,
): [what: string, secret: string][] {
  const tokens = logins.flatMap((login) => [login.accessToken, login.refreshToken])
  const parts = tokens.flatMap((token) => token.split('.').slice(1))
  const bytes = Buffer.from(pepper)
  return [
    ['a claim', canary],
    ['a claim, encoded', Buffer.from(canary).toString('base64url').slice(0, -2)],
    ...tokens.map((token): [string, string] => ['a token', token]),
    ...parts.map((part): [string, string] => ['a part of a token', part]),
    ['the signing key', String(context.environment.keys[0]['d'])],
    ['the pepper', bytes.toString('hex')],
    ['the pepper', bytes.toString('base64url')],
    ['the pepper', bytes.toString('latin1')],
  ]
}

export const cases: readonly Case[] = [noSecretsInLogs]
