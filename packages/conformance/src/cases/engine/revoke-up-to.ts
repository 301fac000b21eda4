import type { Target, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { HOUR, MINUTE, SECOND, shifted } from '../../harness/clock.ts'
import { ISSUER } from '../../harness/instance-options.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertActive,
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
  assertThrows,
} from './assertions.ts'
import { nameOf } from './targets.ts'

const SCOPES: readonly Target[] = [
  { subject: 'ada', client: 'web' },
  { subject: 'ada' },
  { client: 'web' },
  { issuer: ISSUER },
  { everything: true },
]

const revokeUpTo: Case = {
  planRow: 49,
  name: 'revoke-up-to',
  level: 'engine',
  catches:
    'a requested instant is compared with the issue time in ms: up to it revoked, after it active',
  requires: always,
  async run(context) {
    for (const [issuing, revoking] of [
      [-5, 5],
      [5, -5],
      [0, 0],
    ] as const) {
      const issuer = await instanceOff(context, issuing)
      const revoker = await instanceOff(context, revoking)
      for (const target of SCOPES) await managed(context, issuer, revoker, issuing, target)
      await assertThrows(
        revoker.revoke({ subject: 'ada' }, { before: context.clock() + revoking * MINUTE + 1_000 }),
        'TOKENWARD_INVALID_INPUT',
        'an instant in the future',
      )
    }
    if (context.environment.capabilities.durability !== 'durable') return
    const { issuer } = context.environment.provider
    context.clock.advance(HOUR)
    await external(context, -5, { issuer, subject: 'ada' })
    await external(context, 0, { issuer, client: 'web' })
    await external(context, 5, { issuer })
  },
}

/** Access tokens live longer than the clocks differ. */
function instanceOff(context: CaseContext, minutes: number): Promise<Tokenward> {
  const clock = shifted(context.clock, minutes * MINUTE)
  return context.instance({ clock, lifetimes: { access: '2h' } })
}

async function managed(
  context: CaseContext,
  issuer: Tokenward,
  revoker: Tokenward,
  issuing: number,
  target: Target,
): Promise<void> {
  const older = await issuer.issue({ subject: 'ada', client: 'web' })
  // On the issuer's clock, which set the issue time: up to and including that millisecond.
  const before = context.clock() + issuing * MINUTE
  context.clock.advance(1)
  const newer = await issuer.issue({ subject: 'ada', client: 'web' })
  context.clock.advance(12 * MINUTE)
  await revoker.revoke(target, { before: new Date(before) })
  const what = `before, ${nameOf(target)}, issuer ${issuing} minutes off`
  for (const instance of [issuer, revoker]) {
    await assertLoginRefused(instance, older, `${what}, the older`)
    await assertLoginActive(instance, newer, `${what}, the newer`)
  }
  // A machine whose clock is still before the instant issues logins too (I4).
  const slow = await instanceOff(context, -30)
  await assertLoginActive(
    revoker,
    await slow.issue({ subject: 'ada', client: 'web' }),
    `${what}, I4`,
  )
}

async function external(context: CaseContext, revoking: number, target: Target): Promise<void> {
  const { provider } = context.environment
  const trust = [provider.trusted]
  const instance = await context.instance({ trust })
  const revoker = await context.instance({
    trust,
    clock: shifted(context.clock, revoking * MINUTE),
  })
  const second = Math.floor(context.clock() / SECOND) - 20 * 60
  const issuedAt = (iat: number) =>
    provider.sign({ iat, exp: iat + 12 * 3_600, jti: crypto.randomUUID() })
  const older = await issuedAt(second - 1)
  const same = await issuedAt(second)
  const newer = await issuedAt(second + 1)
  for (const token of [older, same, newer])
    await assertActive(instance, token, 'nothing revoked yet')
  await revoker.revoke(target, { before: second * SECOND })
  const what = `before, ${nameOf(target)}, revoker ${revoking} minutes off: an external token`
  await assertRefused(instance, older, `${what} of the second before`, 'revoked')
  await assertRefused(instance, same, `${what} of that second`, 'revoked')
  await assertActive(instance, newer, `${what} of the second after`)
  context.clock.advance(HOUR)
}

const oldLoginNewToken: Case = {
  planRow: 68,
  name: 'old-login-new-token',
  level: 'engine',
  catches: 'a successor is judged by the time of its login, not by its own',
  requires: always,
  async run(context) {
    const instance = await context.instance()
    for (const target of SCOPES) {
      const old = await instance.issue({ subject: 'ada', client: 'web' })
      context.clock.advance(MINUTE)
      const before = context.clock()
      context.clock.advance(MINUTE)
      const young = await instance.issue({ subject: 'ada', client: 'web' })
      const successor = await instance.rotate(old.refreshToken)
      assertRotated(successor, 'a rotation after the instant')
      await assertLoginActive(instance, successor, 'nothing revoked yet')
      await instance.revoke(target, { before })
      await assertLoginRefused(instance, successor, `${nameOf(target)}, rotated after the instant`)
      await assertLoginActive(instance, young, `${nameOf(target)}, logged in after the instant`)
    }
  },
}

export const cases: readonly Case[] = [revokeUpTo, oldLoginNewToken]
