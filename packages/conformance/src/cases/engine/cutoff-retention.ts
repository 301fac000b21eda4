import assert from 'node:assert/strict'
import type { Target, Tokenward } from '@tokenward/core'
import { DAY, HOUR, MINUTE, SECOND } from '../../harness/clock.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { armed, ofKind, pauseWrite } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, durable } from '../../suite/requirements.ts'
import { assertActive, assertLoginRefused, assertRefused, pruneAll } from './assertions.ts'

const revocationTimePerSend: Case = {
  name: 'revocation-time-per-send',
  level: 'engine',
  catches: 'a revocation that has to be sent again has the time of its last send, not of its first',
  requires: durable,
  async run(context) {
    const { provider } = context.environment
    const trust = [provider.trusted]
    const trigger = armed(ofKind('cutoff'))
    const pause = pauseWrite('before', trigger)
    const slow = await context.instance({ trust, wrap: pause.wrap })
    const quick = await context.instance({ trust })
    const target = { issuer: provider.issuer, subject: 'ada' }
    trigger.arm()
    const revoking = handleLater(slow.revoke(target))
    await pause.reached
    // It changes the record, so that the paused write fails, and it covers nothing of it.
    await quick.revoke(target, { before: context.clock() - HOUR })
    context.clock.advance(MINUTE)
    const iat = Math.floor(context.clock() / SECOND)
    const token = await provider.sign({ iat, exp: iat + 600, jti: crypto.randomUUID() })
    await assertActive(quick, token, 'before the second send')
    pause.release()
    await revoking
    await assertRefused(quick, token, 'issued before the send that was stored', 'revoked')
  },
}

const LONG = { access: '30d', refresh: '30d', session: '60d' } as const
const SHORT = { access: '1m', refresh: '2m', session: '3m' } as const

const cutoffOutlivesTokens: Case = {
  name: 'cutoff-outlives-tokens',
  level: 'engine',
  catches:
    'a cutoff is kept for the longest lifetime of the store, and not of the instance that revokes',
  requires: all(durable, claims('pruning')),
  async run(context) {
    const issuer = await context.instance({ lifetimes: LONG })
    const revoker = await context.instance({ lifetimes: SHORT })
    const targets: Target[] = [
      { subject: 'ada' },
      { client: 'web' },
      { subject: 'eve', client: 'app' },
    ]
    const logins = [
      await issuer.issue({ subject: 'ada', client: 'cli' }),
      await issuer.issue({ subject: 'bob', client: 'web' }),
      await issuer.issue({ subject: 'eve', client: 'app' }),
    ]
    for (const target of targets) await revoker.revoke(target)
    context.clock.advance(29 * DAY)
    await pruneAll(revoker)
    for (const [i, login] of logins.entries()) {
      const what = `${Object.keys(targets[i] ?? {})}, revoked by an instance of short lifetimes`
      await assertLoginRefused(issuer, login, what)
    }
  },
}

const coveredCutoffKept: Case = {
  name: 'covered-cutoff-kept',
  level: 'engine',
  catches:
    'a revocation that an earlier one covers keeps its record for as long as its own would be kept',
  requires: all(durable, claims('pruning')),
  async run(context) {
    const lifetimes = { access: '1d', refresh: '1d', session: '1d' } as const
    const before = context.clock()
    const target = { subject: 'ada' }
    const first = await context.instance({ lifetimes })
    await first.revoke(target, { before })
    await context.prepare({ lifetimes: LONG })
    const second = await context.instance({ lifetimes: LONG })
    await second.revoke(target, { before })
    context.clock.advance(29 * DAY)
    await pruneAll(second)
    await assertStillShown(second, target)
  },
}

async function assertStillShown(instance: Tokenward, target: Target): Promise<void> {
  const { active } = await instance.explain(target)
  assert.equal(active, false, 'a revocation that was covered was pruned with the earlier one')
}

export const cases: readonly Case[] = [
  revocationTimePerSend,
  cutoffOutlivesTokens,
  coveredCutoffKept,
]
