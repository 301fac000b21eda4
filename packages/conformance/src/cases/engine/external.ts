import assert from 'node:assert/strict'
import type { Target, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE, SECOND } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { durable } from '../../suite/requirements.ts'
import { assertActive, assertRefused } from './assertions.ts'
import { nameOf } from './targets.ts'

const SKEW = 5 * SECOND

const externalCutoff: Case = {
  name: 'external-cutoff',
  level: 'engine',
  catches:
    'a revocation affects external tokens by their issue time, with a margin for clocks that differ',
  requires: durable,
  async run(context) {
    const { issuer, trusted } = context.environment.provider
    const instance = await context.instance({ trust: [trusted] })
    const targets: Target[] = [
      { issuer, subject: 'ada', client: 'web' },
      { issuer, subject: 'ada' },
      { issuer, client: 'web' },
      { issuer },
      { everything: true },
    ]
    for (const target of targets) {
      for (const only of [undefined, 'access'] as const) {
        await oneRevocation(context, instance, target, only)
        context.clock.advance(MINUTE)
      }
    }
  },
}

/** The provider's clock is up to the skew ahead of or behind the instance's; its `iat` is in seconds. */
async function oneRevocation(
  context: CaseContext,
  instance: Tokenward,
  target: Target,
  only: 'access' | undefined,
): Promise<void> {
  const what = `${nameOf(target)}${only ? ', access tokens only' : ''}`
  const now = Math.floor(context.clock() / SECOND)
  const sign = (iat: number) =>
    context.environment.provider.sign({ iat, exp: iat + 600, jti: crypto.randomUUID() })
  const older = await Promise.all([now - 30, now, now + SKEW / SECOND].map(sign))
  for (const token of older) await assertActive(instance, token, `${what}: before`)
  const { revoked } = await instance.revoke(target, only && { only })
  assert.equal(revoked, true)
  for (const token of older) await assertRefused(instance, token, `${what}: after`, 'revoked')
  context.clock.advance(SKEW + SECOND)
  const later = await sign(now + SKEW / SECOND + 1)
  await assertActive(instance, later, `${what}: a login of the skew and a second later`)
}

export const cases: readonly Case[] = [externalCutoff]
