import assert from 'node:assert/strict'
import { isTokenwardError, type Login, type Tokenward } from '@tokenward/core'
import { connectThroughProxy } from '../../fault-proxy/connect-through-proxy.ts'
import type { Fault } from '../../fault-proxy/fault.ts'
import type { FaultProxy } from '../../fault-proxy/proxy.ts'
import type { CaseContext } from '../../harness/case-context.ts'
import { lateAfter } from '../../harness/late-after.ts'
import { fairTimeout } from '../../harness/timeouts.ts'
import { allOf, eventLoopTurns } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { reasonOf } from '../../suite/failure.ts'
import { all, claims, handle } from '../../suite/requirements.ts'
import { assertActive, assertLoginActive, assertRefused, assertThrows } from './assertions.ts'
import { DEADLINE, type InstancesBehind, instancesBehind } from './network-instances.ts'
import { recovers } from './network-trials.ts'

const HALF = 'half-reply'
const FAULTS: readonly Fault[] = [
  { type: 'refuse' },
  { type: 'black-hole' },
  { type: HALF },
  { type: 'reset-after-send' },
  { type: 'held-reply' },
]
/** Concurrent calls: more than any pool has connections. */
const CROWD = 64
/** Concurrent calls where all faults are tried in parallel: the machine has to cope with all of them. */
const FEW = 12
const UNAVAILABLE = 'TOKENWARD_STORE_UNAVAILABLE'

const recover: Case = {
  planRow: 23,
  name: 'recover',
  level: 'engine',
  catches: 'after every fault the instance recovers, as often as that happens',
  requires: claims('network'),
  async run(context) {
    await context.prepare()
    await allOf([...FAULTS.map((fault) => recoversTwice(context, fault)), downAtStart(context)])
  },
}

const poolExhausted: Case = {
  planRow: 22,
  name: 'pool-exhausted',
  level: 'engine',
  catches: 'no connection is lost to an aborted call: the pool is complete again afterwards',
  requires: all(claims('network'), handle('pooled')),
  async run(context) {
    const instances = await begin(context)
    const { proxy, instance, patient } = instances
    await proxy.set({ type: 'black-hole' })
    const slowest = await crowdFails(instances, CROWD, 'with every connection taken')
    await proxy.heal()
    const healed = await recovers(instance, 'the pool')
    for (let again = 0; again < 3; again++) {
      await crowdSucceeds({ ...instances, instance: patient }, CROWD, 'with the pool back')
    }
    context.note(
      `slowest of ${CROWD} calls side by side ${slowest} ms, well ${healed} ms afterwards`,
    )
  },
}

async function recoversTwice(context: CaseContext, fault: Fault): Promise<void> {
  const instances = await begin(context)
  const { proxy, instance, patient } = instances
  const healed: number[] = []
  for (let fall = 0; fall < 2; fall++) {
    await proxy.set(fault)
    await crowdFails(instances, FEW, fault.type)
    await proxy.heal()
    healed.push(await recovers(instance, fault.type))
    await crowdSucceeds({ ...instances, instance: patient }, FEW, `after ${fault.type}`)
  }
  context.note(`${fault.type}: well ${healed.join(' and ')} ms after the heal`)
  await leavesNothing(instance, proxy, fault.type)
}

type FaultyInstances = InstancesBehind & { readonly login: Login }

async function begin(context: CaseContext): Promise<FaultyInstances> {
  const instances = await instancesBehind(context)
  return { ...instances, login: await instances.patient.issue({ subject: 'ada', client: 'web' }) }
}

/** How one call of many ended. */
interface Ended {
  readonly error: unknown
  readonly took: number
  readonly isLate: boolean
}

/** Each call begins in its own turn, so that core has no reason to combine them. */
async function crowd(
  { instance, login, deadline }: FaultyInstances,
  size: number,
): Promise<readonly Ended[]> {
  const calls: Promise<Ended>[] = []
  for (let i = 0; i < size; i++) {
    calls.push(
      endOf(assertActive(instance, login.accessToken, 'one of many concurrent calls'), deadline),
    )
    await eventLoopTurns(1)
  }
  return await Promise.all(calls)
}

async function endOf(call: Promise<unknown>, deadline: number): Promise<Ended> {
  const late = lateAfter(deadline)
  const started = performance.now()
  const error: unknown = await call.then(
    () => null,
    (reason) => reason,
  )
  return { error, took: Math.round(performance.now() - started), isLate: late.aborted }
}

async function crowdSucceeds(
  instances: FaultyInstances,
  size: number,
  what: string,
): Promise<void> {
  const failed = (await crowd(instances, size)).filter(({ error }) => error !== null)
  assert.equal(
    failed.length,
    0,
    `${what}: ${failed.length} of ${size}: ${reasonOf(failed[0]?.error)}`,
  )
}

/** @returns the duration of the slowest, ms */
async function crowdFails(instances: FaultyInstances, size: number, what: string): Promise<number> {
  const ended = await crowd(instances, size)
  const failed = ended.filter(({ error }) => error !== null)
  assert.ok(failed.length > 0, `${what}: every call succeeded`)
  for (const { error, isLate } of ended) {
    // Calls that share a connection may have received their replies before the cut.
    if (error === null && what === HALF) continue
    assert.ok(isTokenwardError(error, UNAVAILABLE), `${what}: ended by ${reasonOf(error)}`)
    assert.equal(isLate, false, `${what}: took longer than the deadline`)
  }
  return Math.max(...ended.map(({ took }) => took))
}

/** The server is down when the instance is made: it fails in time, and can be made later. */
async function downAtStart(context: CaseContext): Promise<void> {
  for (const type of ['refuse', 'black-hole'] as const) {
    const { proxy, url } = await connectThroughProxy(context)
    await proxy.set({ type })
    const made = context.instance({ url, deadline: `${DEADLINE}ms` })
    await assertThrows(made, UNAVAILABLE, `${type} at the start`)
    await proxy.heal()
    const instance = await context.instance({ url })
    const login = await instance.issue({ subject: 'ada', client: 'web' })
    await assertLoginActive(instance, login, `after ${type} at the start`)
    await instance.revoke({ session: login.session })
    await assertRefused(instance, login.accessToken, `after ${type} at the start`, 'revoked')
  }
}

async function leavesNothing(instance: Tokenward, proxy: FaultProxy, what: string): Promise<void> {
  await instance.close()
  const none = proxy.until(({ connections }) => connections.length === 0, fairTimeout(5_000))
  await assert.doesNotReject(none, `${what}: a connection is open after close`)
}

export const cases: readonly Case[] = [poolExhausted, recover]
