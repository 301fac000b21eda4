import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { eventLoopTurns, handleLater } from '../../harness/unhandled-errors.ts'
import { beforeWrite } from '../../interceptors/cut-writes.ts'
import { armed, pauseRead } from '../../interceptors/pause-points.ts'
import { shuffleReads } from '../../interceptors/shuffle-reads.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertRefused } from './assertions.ts'
import { nameOf, targetsOf } from './targets.ts'

const revokeThenVerify: Case = {
  planRow: 1,
  name: 'revoke-then-verify',
  level: 'engine',
  catches:
    'revoke resolves only after the store acknowledged, and every verification reads the store',
  requires: always,
  rounds: { quick: 10, full: 1_000 },
  async run(context) {
    const verifiers = await context.instances(2)
    // A slow store, so that an acknowledgement that does not wait for it comes too early.
    const slow = beforeWrite(
      () => true,
      () => eventLoopTurns(5),
    )
    const revoker = await context.instance({ wrap: slow })
    for (let round = 0; round < context.rounds; round++) {
      const model = await revoker.issue({ subject: 'ada', client: 'web' })
      for (const at of targetsOf(model).keys()) {
        await revokeUnderFire(context, revoker, verifiers, at)
      }
      await revokeUnderFire(context, revoker, verifiers, 'token')
    }
  },
}

async function revokeUnderFire(
  context: CaseContext,
  revoker: Tokenward,
  verifiers: readonly Tokenward[],
  which: number | 'token',
): Promise<void> {
  const login = await revoker.issue({ subject: 'ada', client: 'web' })
  await assertActive(revoker, login.accessToken, 'before the revocation')
  let acknowledged = false
  let accepted = 0
  const verifyOften = async (instance: Tokenward) => {
    for (let after = 0; after < 3; ) {
      if (acknowledged) after++
      const wasGone = acknowledged
      const result = await instance.verify(login.accessToken)
      if (result.active && wasGone) accepted++
    }
  }
  const racing = verifiers.flatMap((instance) => [verifyOften(instance), verifyOften(instance)])
  await eventLoopTurns(context.random.below(3))
  const target = which === 'token' ? login.accessToken : targetsOf(login)[which]
  await (typeof target === 'string' ? revoker.revoke(target) : revoker.revoke(target ?? fail()))
  acknowledged = true
  await Promise.all(racing)
  assert.equal(accepted, 0, `accepted after revoke of ${nameFor(login, which)} was acknowledged`)
}

function nameFor(login: Login, which: number | 'token'): string {
  return which === 'token' ? 'the token' : nameOf(targetsOf(login)[which] ?? fail())
}

function fail(): never {
  throw new RangeError('no such target')
}

const joinAfterSend: Case = {
  planRow: 57,
  name: 'join-after-send',
  level: 'engine',
  catches: 'a verification joins a batch that was not sent yet, never one in flight',
  requires: always,
  async run(context) {
    const other = await context.instance()
    const template = await other.issue({ subject: 'ada', client: 'web' })
    for (const at of targetsOf(template).keys()) {
      for (const revokesHere of [true, false]) {
        const trigger = armed<readonly string[]>()
        const pause = pauseRead('after', trigger)
        const instance = await context.instance({ wrap: pause.wrap })
        const login = await other.issue({ subject: 'ada', client: 'web' })
        trigger.arm()
        const first = handleLater(instance.verify(login.accessToken))
        await pause.reached
        const target = targetsOf(login)[at] ?? fail()
        const revoked = (revokesHere ? instance : other).revoke(target)
        await revoked
        const second = handleLater(instance.verify(login.accessToken))
        // An instance with one pending request at a time must not wait for the held one without
        // end.
        await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 200))])
        pause.release()
        const result = await second
        assert.equal(result.active, false, `${nameOf(target)}: a read in flight was joined`)
        await first
      }
    }
  },
}

const orderOfReads: Case = {
  planRow: 60,
  name: 'order-of-reads',
  level: 'engine',
  catches:
    'every scope is read, and each answer is matched to its key, in whatever order they come',
  requires: always,
  rounds: { quick: 5, full: 500 },
  async run(context) {
    const revoker = await context.instance()
    const shards = await context.instance({ wrap: shuffleReads(context.random) })
    for (let round = 0; round < context.rounds; round++) {
      const model = await revoker.issue({ subject: 'ada', client: 'web' })
      for (const at of targetsOf(model).keys()) {
        const revoked = await revoker.issue({ subject: 'ada', client: 'web' })
        await assertActive(shards, revoked.accessToken, 'before the revocation')
        const target = targetsOf(revoked)[at] ?? fail()
        await revoker.revoke(target)
        const live = await revoker.issue({ subject: 'ada', client: 'web' })
        const tokens = context.random.shuffle([revoked, live, revoked, live])
        const results = await Promise.all(tokens.map((t) => shards.verify(t.accessToken)))
        assert.deepEqual(
          results.map(({ active }) => active),
          tokens.map((token) => token === live),
          `of two logins, after revoke of ${nameOf(target)}`,
        )
        await assertRefused(shards, revoked.refreshToken, nameOf(target), 'revoked', {
          kind: 'refresh',
        })
      }
    }
  },
}

export const cases: readonly Case[] = [revokeThenVerify, joinAfterSend, orderOfReads]
