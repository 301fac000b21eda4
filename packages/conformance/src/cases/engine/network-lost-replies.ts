import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import type { Write } from '@tokenward/core/adapter'
import { connectThroughProxy } from '../../fault-proxy/connect-through-proxy.ts'
import type { FaultProxy } from '../../fault-proxy/proxy.ts'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline } from '../../harness/timeouts.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { beforeWrite } from '../../interceptors/cut-writes.ts'
import { ofKind } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, withoutLease } from '../../suite/requirements.ts'
import {
  assertActive,
  assertLoginActive,
  assertRefused,
  assertRotated,
  assertThrows,
} from './assertions.ts'
import { healFirst } from './network-instances.ts'
import { nameOf, targetsOf } from './targets.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
const LOSSES = ['reset-after-send', 'half-reply'] as const
type ReplyFault = (typeof LOSSES)[number]

const recognizeOwnWriteOnWire: Case = {
  planRow: 52,
  name: 'recognize-own-write-on-wire',
  level: 'engine',
  catches:
    'the reply of a winning write is lost on the network, and the same call learns that it won',
  requires: claims('network'),
  async run(context) {
    for (const loss of LOSSES) {
      await consumeWins(context, loss)
      await rotateWins(context, loss)
      await revokeWins(context, loss)
    }
    await idempotentConsume(context)
  },
}

interface Losing {
  readonly proxy: FaultProxy
  readonly instance: Tokenward
  readonly reused: readonly unknown[]
}

/** An instance whose next write of a kind happens, and whose reply is lost. */
async function losing(
  context: CaseContext,
  which: (writes: readonly Write[]) => boolean,
  cutWrites: (proxy: FaultProxy) => Promise<void>,
  deadline?: number,
): Promise<Losing> {
  const { proxy, url } = await connectThroughProxy(context)
  let isLost = false
  const wrap = beforeWrite(
    (writes) => !isLost && which(writes),
    async () => {
      isLost = true
      await cutWrites(proxy)
    },
  )
  const instance = await context.instance({
    url,
    wrap,
    grace: '0s',
    ...(deadline !== undefined && { deadline: `${deadline}ms` }),
  })
  healFirst(context, proxy)
  const reused: unknown[] = []
  instance.on('reused', (event) => reused.push(event))
  return { proxy, instance, reused }
}

const once = (type: ReplyFault) => (proxy: FaultProxy) => proxy.set({ type, times: 1 })

async function consumeWins(context: CaseContext, loss: ReplyFault): Promise<void> {
  const verifier = await context.instance()
  const { accessToken } = await verifier.issue({ ...GRANT, refresh: false })
  const { proxy, instance } = await losing(context, ofKind('token'), once(loss))
  const result = await instance.consume(accessToken)
  assert.equal(proxy.cuts, 1, `consume, ${loss}: one answer is lost`)
  assert.equal(result.active, true, `consume, ${loss}: it did not learn that it won`)
  await assertRefused(verifier, accessToken, `consume, ${loss}`, 'consumed')
  assert.equal((await instance.consume(accessToken)).active, false, 'only once')
}

async function rotateWins(context: CaseContext, loss: ReplyFault): Promise<void> {
  const verifier = await context.instance({ grace: '0s' })
  const login = await verifier.issue(GRANT)
  const { proxy, instance, reused } = await losing(context, ofKind('session'), once(loss))
  const next = await instance.rotate(login.refreshToken)
  assert.equal(proxy.cuts, 1, `rotate, ${loss}: one answer is lost`)
  assertRotated(next, `rotate, ${loss}`)
  assert.equal(next.retried, false, 'it is the winner')
  assert.deepEqual(reused, [], 'no reuse is reported')
  await assertLoginActive(verifier, next, `rotate, ${loss}`)
}

async function revokeWins(context: CaseContext, loss: ReplyFault): Promise<void> {
  const verifier = await context.instance()
  const login = await verifier.issue(GRANT)
  const { proxy, instance } = await losing(context, ofKind('cutoff'), once(loss))
  const answer = await instance.revoke({ session: login.session })
  assert.equal(proxy.cuts, 1, `revoke, ${loss}: one answer is lost`)
  assert.equal(answer.first, true, `revoke, ${loss}: it was this call`)
  await assertRefused(verifier, login.accessToken, `revoke, ${loss}`, 'revoked')
}

/** No reply comes during the call: a later call with the same key learns the result. */
async function idempotentConsume(context: CaseContext): Promise<void> {
  const verifier = await context.instance()
  const { accessToken } = await verifier.issue({ ...GRANT, refresh: false })
  const pause = (proxy: FaultProxy) => proxy.set({ type: 'held-reply' })
  const deadline = await context.shortDeadline(500)
  const { proxy, instance } = await losing(context, ofKind('token'), pause, deadline)
  // A driver may have a statement described before it first sends it, and waits for that reply, too: an insert
  // and a replacement.
  for (let i = 0; i < 2; i++) await instance.revoke({ subject: 'somebody else' })
  const lost = instance.consume(accessToken, { idempotencyKey: 'order 7' })
  await assertThrows(lost, 'TOKENWARD_WRITE_INDETERMINATE', 'consume, its reply held')
  // Where an adapter reads before it writes, the reply to its read is held, and nothing is stored.
  if ((await verifier.verify(accessToken)).active) return
  await assertRefused(verifier, accessToken, 'consume, its reply held', 'consumed')
  await proxy.heal()
  for (const caller of [instance, verifier]) {
    const other = await caller.consume(accessToken, { idempotencyKey: 'order 8' })
    assert.equal(other.active, false, 'another key has not won')
    const again = await caller.consume(accessToken, { idempotencyKey: 'order 7' })
    assert.equal(again.active, true, 'the same key learns that it had won')
  }
}

const joinOnWire: Case = {
  planRow: 57,
  name: 'join-after-send-on-wire',
  level: 'engine',
  catches: 'a verification does not join one whose reply is on its way through the network',
  requires: all(claims('network'), withoutLease),
  async run(context) {
    const other = await context.instance()
    const { proxy, url } = await connectThroughProxy(context)
    const instance = await context.instance({ url })
    healFirst(context, proxy)
    const model = await other.issue(GRANT)
    for (const at of targetsOf(model).keys()) {
      const login = await other.issue(GRANT)
      await assertActive(instance, login.accessToken, 'before the revocation')
      const target = targetsOf(login)[at] ?? assert.fail('there is such a target')
      await proxy.set({ type: 'held-reply' })
      const first = handleLater(instance.verify(login.accessToken))
      await proxy.until(({ heldBack }) => heldBack > 0, deadline())
      await other.revoke(target)
      const second = handleLater(instance.verify(login.accessToken))
      // A call that shares the connection waits behind the held reply; any other is held by now
      // too.
      await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 50))])
      await proxy.heal()
      const result = await second
      assert.equal(result.active, false, `${nameOf(target)}: a read in flight was joined`)
      await first
    }
  },
}

export const cases: readonly Case[] = [recognizeOwnWriteOnWire, joinOnWire]
