import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { allOf, eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept, type RepositoryWrapper } from '../../interceptors/intercept.ts'
import { pauseWrite } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { all, durable, withoutLease } from '../../suite/requirements.ts'
import { assertActive, assertRefused } from './assertions.ts'

/**
 * ms. A broken engine accepts only while a lease lasts, and a busy machine may stop a process for
 * 100 ms.
 */
const LEASE = 500
const LONG_LEASE = 1_000
const MOST_LEASE = 5_000
const GRANT = { subject: 'ada', client: 'web' } as const

/** ms between two verifications while a revocation waits */
const PACE = 2

type Revocation = readonly [
  what: string,
  (revoker: Tokenward, login: Login, grant: Grant) => Promise<unknown>,
]
type Grant = { readonly subject: string; readonly client: string }

/** Each revokes a login of its own, so all can wait for the lease at the same time. */
const REVOCATIONS: readonly Revocation[] = [
  ['the token', (revoker, { jti }) => revoker.revoke({ jti })],
  ['the session', (revoker, { session }) => revoker.revoke({ session })],
  ['the subject', (revoker, _, { subject }) => revoker.revoke({ subject })],
  ['the client', (revoker, _, { client }) => revoker.revoke({ client })],
  ['access', (revoker, _, { subject }) => revoker.revoke({ subject }, { only: 'access' })],
  ['the token, by consume', (revoker, { accessToken }) => revoker.consume(accessToken)],
]
const REVOCATION_OF_EVERYTHING: Revocation = [
  'everything',
  (revoker) => revoker.revoke({ everything: true }),
]

const revokedUnderLease: Case = {
  name: 'revoked-under-lease',
  level: 'engine',
  catches: 'no instance accepts from memory what was revoked, once the revocation has resolved',
  requires: durable,
  rounds: { quick: 1, full: 50 },
  async run(context) {
    const lease = await leaseFor(context)
    const cache = { lease: `${lease}ms` } as const
    await context.prepare({ cache })
    // A lease begins when the read is sent: a late reply leaves less of it.
    const late = { cache, wrap: repliesAfter(0.8 * lease) }
    const verifiers = [await context.instance({ cache }), await context.instance(late)]
    // It has no cache, as the command line.
    const revoker = await context.instance()
    for (let round = 0; round < context.rounds; round++) {
      await allOf(REVOCATIONS.map((each) => revokeWhileVerified(verifiers, revoker, each)))
      await revokeWhileVerified(verifiers, revoker, REVOCATION_OF_EVERYTHING)
    }
  },
}

/** ms. A lease that ends before a revocation has resolved shows nothing: a slow store needs a longer one. */
async function leaseFor(context: CaseContext): Promise<number> {
  const instance = await context.instance({ namespace: `${context.namespace} measured` })
  const begun = performance.now()
  const logins = await allOf(REVOCATIONS.map(() => instance.issue(GRANT)))
  await allOf(logins.map(({ accessToken }) => instance.consume(accessToken)))
  const measured = Math.ceil(4 * (performance.now() - begun))
  return Math.min(Math.max(measured, LEASE), MOST_LEASE)
}

async function revokeWhileVerified(
  verifiers: readonly Tokenward[],
  revoker: Tokenward,
  [what, revoke]: Revocation,
): Promise<void> {
  const grant = { subject: `user of ${what}`, client: `client of ${what}` }
  const login = await revoker.issue(grant)
  let isRevoked = false
  let accepted = 0
  const verifyOften = async (instance: Tokenward) => {
    for (let after = 0; after < 20; ) {
      const wasRevoked = isRevoked
      if (wasRevoked) after++
      const { active } = await instance.verify(login.accessToken)
      if (active && wasRevoked) accepted++
      await (wasRevoked ? eventLoopTurns(1) : wait(PACE))
    }
  }
  const verifying = verifiers.map(verifyOften)
  await eventLoopTurns(3)
  const revoked = revoke(revoker, login, grant).finally(() => {
    isRevoked = true
  })
  await allOf([revoked, ...verifying])
  assert.equal(accepted, 0, `accepted from memory after the revocation of ${what} has resolved`)
}

function repliesAfter(ms: number): RepositoryWrapper {
  return (inner) =>
    intercept(inner, {
      async read(pass, keys, signal) {
        const answer = await pass(keys, signal)
        await wait(ms)
        return answer
      },
    })
}

const leaseLowered: Case = {
  name: 'lease-lowered',
  level: 'engine',
  catches: 'a lease that was lowered counts until every instance has seen it',
  requires: durable,
  async run(context) {
    const cache = { lease: `${LONG_LEASE}ms` } as const
    await context.prepare({ cache })
    const verifier = await context.instance({ cache })
    const login = await verifier.issue(GRANT)
    const revoker = await context.instance()
    await assertActive(verifier, login.accessToken, 'before the revocation')
    await changeLease(context, 1)
    await revoker.revoke({ session: login.session })
    await assertRefused(verifier, login.accessToken, 'from memory, under the earlier lease')
  },
}

/** From now on: the root record of a case is an hour old. */
async function changeLease(context: CaseContext, ms: number): Promise<void> {
  await context.environment.engine.prepare(context.options({ cache: { lease: `${ms}ms` } }))
}

const leaseRaised: Case = {
  name: 'lease-raised',
  level: 'engine',
  catches:
    'a lease that was raised is not used while a revocation that knows the earlier one is under way',
  requires: all(durable, withoutLease),
  async run(context) {
    await context.prepare({ cache: { lease: '1ms' } })
    const write = pauseWrite('before')
    const revoker = await context.instance({ wrap: write.wrap })
    const other = await context.instance()
    const login = await other.issue(GRANT)
    const revoked = revoker.revoke({ session: login.session })
    await write.reached
    await changeLease(context, LONG_LEASE)
    const verifier = await context.instance({ cache: { lease: `${LONG_LEASE}ms` } })
    await assertActive(verifier, login.accessToken, 'before the revocation')
    write.release()
    await revoked
    await assertRefused(verifier, login.accessToken, 'from memory, under the raised lease')
  },
}

const leaseClocks: Case = {
  name: 'lease-clocks',
  level: 'engine',
  catches:
    'neither of the two clocks of a machine can stretch a lease: one stops while it is suspended, one can be set back',
  requires: durable,
  async run(context) {
    const cache = { lease: `${LEASE}ms` } as const
    await context.prepare({ cache })
    const revoker = await context.instance()
    const login = await revoker.issue(GRANT)
    const clocks = [
      ['a clock that stopped', performance],
      ['a clock that was set back', Date],
    ] as const
    const watched = []
    for (const [what, host] of clocks) {
      const verifier = await context.instance({ cache })
      await assertActive(verifier, login.accessToken, 'before the revocation')
      watched.push({ verifier, what, host, before: host.now() })
    }
    await revoker.revoke({ session: login.session })
    for (const { verifier, what, host, before } of watched) {
      const restore = setBackTo(host, before)
      try {
        await assertRefused(verifier, login.accessToken, `from memory, by ${what}`)
      } finally {
        restore()
      }
    }
  },
}

/** The clock goes on from an earlier instant. */
function setBackTo(host: { now(): number }, instant: number): () => void {
  const original = host.now
  const late = original.call(host) - instant
  host.now = () => original.call(host) - late
  return () => {
    host.now = original
  }
}

export const cases: readonly Case[] = [revokedUnderLease, leaseLowered, leaseRaised, leaseClocks]
