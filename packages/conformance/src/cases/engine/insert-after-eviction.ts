import assert from 'node:assert/strict'
import type { Login, Tokenward, Write } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { begun } from '../../harness/unhandled-errors.ts'
import { chain, interpose, type Through } from '../../interceptors/intercept.ts'
import { holdWrite, ofKind } from '../../interceptors/pause-points.ts'
import { recorder } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import { assertAlive, assertDead, assertThrows } from './assertions.ts'

const ADA = { subject: 'ada' } as const
const GRANT = { subject: 'ada', client: 'web' } as const

const lateInsert: Case = {
  row: 51,
  name: 'late-insert',
  level: 'engine',
  guards:
    'what lands after its revocation was forgotten is refused, and no insert is ever sent again',
  gate: all(evicting, handle('drop')),
  async run(bench) {
    for (const kind of ['cutoff', 'session', 'token'] as const) await acknowledgedFirst(bench, kind)
    for (const kind of ['session', 'token'] as const) {
      await landsLate(bench, kind)
      for (const what of ['answer', 'request'] as const) await neverAgain(bench, kind, what)
    }
    await bornBetween(bench, 'issue', (instance) => instance.issue(GRANT))
    await bornBetween(bench, 'revoke', (instance) => instance.revoke(ADA))
  },
}

/** Whoever had the token already could lose its revocation to what is still under way. */
async function acknowledgedFirst(
  bench: Bench,
  kind: 'cutoff' | 'session' | 'token',
): Promise<void> {
  const other = await bench.instance()
  const sent = recorder()
  const hold = holdWrite('before', ofKind(kind))
  const instance = await bench.instance({ through: chain(sent.through, hold.through) })
  let signed = false
  const issuing = instance.issue(GRANT).then((login) => {
    signed = true
    return login
  })
  const slow = begun(issuing)
  await hold.reached
  // Time enough for whoever does not wait.
  for (let round = 0; round < 3; round++) await other.issue({ ...GRANT, subject: 'bob' })
  const kinds = sent.writes.flat().map(({ record }) => record.kind)
  const early = kind === 'cutoff' && kinds.some((each) => each === 'session' || each === 'token')
  assert.ok(!early, 'its records were sent before its cutoff was acknowledged')
  assert.equal(signed, false, `signed before its ${kind} was acknowledged`)
  hold.release()
  await assertAlive(instance, await slow, `its ${kind} was slow`)
}

/** A login waits for its record; its subject is revoked meanwhile, and the revocation forgotten. */
async function landsLate(bench: Bench, kind: 'session' | 'token'): Promise<void> {
  const sent = recorder()
  const other = await bench.instance({ through: sent.through })
  await other.issue(GRANT)
  const hold = holdWrite('before', ofKind(kind))
  const slow = begun((await bench.instance({ through: hold.through })).issue(GRANT))
  await hold.reached
  sent.clear()
  await other.revoke(ADA)
  await dropAll(bench, sent.writes.flat())
  hold.release()
  const login = await slow
  await assertDead(other, login, `its ${kind} landed after the revocation was forgotten`)
  await assertAlive(other, await other.issue(GRANT), 'life goes on')
  await assertDead(other, login, `its ${kind} landed late, and the cutoffs stand again`)
}

/** The store may have kept the first, and forgotten it and what took it back. */
async function neverAgain(
  bench: Bench,
  kind: 'session' | 'token',
  what: 'answer' | 'request',
): Promise<void> {
  const sent = recorder()
  const lossy = once(ofKind(kind), async (writes, pass) => {
    if (what === 'answer') await pass()
    await dropAll(bench, writes)
    throw new Error('connection reset')
  })
  const instance = await bench.instance({ through: chain(sent.through, lossy) })
  const issuing = begun(instance.issue(GRANT))
  await issuing.catch(() => undefined)
  const inserts = sent.writes.flat().filter(({ record }) => record.kind === kind)
  assert.equal(inserts.length, 1, `an insert of a ${kind} is sent again, its ${what} lost`)
  await assertThrows(issuing, 'TOKENWARD_WRITE_INDETERMINATE', `${kind}, ${what} lost`)
  await assertAlive(
    instance,
    await instance.issue(GRANT),
    'repeated by the caller, with another id',
  )
}

/**
 * A cutoff lands, its answer is lost; somebody logs in under it, is revoked, and all is forgotten.
 * Then the call sends its cutoff again: it must be another.
 */
async function bornBetween(
  bench: Bench,
  name: string,
  call: (instance: Tokenward) => Promise<unknown>,
): Promise<void> {
  const namespace = `${bench.namespace} ${name}`
  const other = await bench.instance({ namespace })
  let born: Login | null = null
  const through = once(ofKind('cutoff'), async (writes, pass) => {
    assert.ok(
      writes.every(({ expected }) => expected === null),
      'nothing stood there',
    )
    await pass()
    born = await other.issue(GRANT)
    await other.revoke(ADA)
    await dropAll(bench, writes)
    throw new Error('connection reset')
  })
  const instance = await bench.instance({ namespace, through })
  await call(instance)
  assert.ok(born, 'a cutoff was written')
  await assertDead(other, born, `born under a cutoff that ${name} sent before`)
  await assertAlive(other, await other.issue(GRANT), 'life goes on')
  await assertDead(other, born, `born under a cutoff that ${name} sent before, after a new login`)
}

/** The first such write goes through `work` instead. */
function once(
  which: (writes: readonly Write[]) => boolean,
  work: (writes: readonly Write[], pass: () => Promise<readonly boolean[]>) => Promise<never>,
): Through {
  let used = false
  return (inner) =>
    interpose(inner, {
      async write(pass, writes, signal) {
        if (used || !which(writes)) return await pass(writes, signal)
        used = true
        return await work(writes, () => pass(writes, signal))
      },
    })
}

async function dropAll({ stage }: Bench, writes: readonly Write[]): Promise<void> {
  for (const { record } of writes) await stage.server.drop?.(record.key)
}

export const cases: readonly Case[] = [lateInsert]
