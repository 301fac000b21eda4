import assert from 'node:assert/strict'
import type { Events, Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { type CapturedOutput, captureOutput } from '../../interceptors/capture-output.ts'
import { chain } from '../../interceptors/intercept.ts'
import { outage } from '../../interceptors/outage.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { plantedSecrets, SUBJECT, useEverything } from './planted-secrets.ts'

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
    const planted = plantedSecrets(context)
    const [sent, backend, output] = [recordCalls(), outage(), captureOutput()]
    const events: CapturedOutput['captured'] = []
    try {
      const deadline = await context.shortDeadline(200)
      const options = { ...planted.options, wrap: chain(backend.wrap, sent.wrap) }
      const instance = await context.instance(options)
      // Only for the calls that fail: a busy machine may miss a short deadline.
      const hurried = await context.instance({ ...options, deadline: `${deadline}ms` })
      for (const name of EVENTS) {
        for (const each of [instance, hurried])
          each.on(name, (event) => events.push(JSON.stringify(event)))
      }
      const logins = await useEverything(context, instance, planted.canary)
      await failEverywhere(context, hurried, logins, planted.canary, output, () => {
        backend.reads = backend.writes = 'refuses'
      })
      const stored = JSON.stringify(sent.writes)
      assert.ok(stored.length > 1_000, 'stored records were captured')
      assert.ok(output.captured.length > 20 && events.length > 8, 'output was captured')
      for (const [what, secret] of planted.of(logins)) {
        assert.ok(!stored.includes(secret), `${what} is in the store`)
        assert.ok(
          !output.captured.some((text) => text.includes(secret)),
          `${what} is in a log or error`,
        )
        assert.ok(!events.some((text) => text.includes(secret)), `${what} is in an event`)
      }
      assert.ok(!stored.includes(SUBJECT), 'a name is in the store in plain text')
    } finally {
      output.stop()
    }
  },
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

export const cases: readonly Case[] = [noSecretsInLogs]
