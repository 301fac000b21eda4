import assert from 'node:assert/strict'
import type { Login, SigningService, Tokenward } from '@tokenward/core'
import type { Write } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { publicPart, signText } from '../../harness/handmade-tokens.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { chain, intercept, type RepositoryWrapper } from '../../interceptors/intercept.ts'
import { ofKind, pauseWrite } from '../../interceptors/pause-points.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertThrows } from './assertions.ts'

const ADA = { subject: 'ada' } as const
const GRANT = { subject: 'ada', client: 'web' } as const

const insertAfterEviction: Case = {
  planRow: 51,
  name: 'insert-after-eviction',
  level: 'engine',
  catches:
    'a record that lands after its revocation was evicted is refused, and no insert is sent again',
  requires: all(evicting, handle('drop')),
  async run(context) {
    for (const kind of ['cutoff', 'session', 'token'] as const)
      await acknowledgedFirst(context, kind)
    for (const kind of ['session', 'token'] as const) {
      await landsLate(context, kind)
      for (const what of ['answer', 'request'] as const) await neverAgain(context, kind, what)
    }
    await issuedBetween(context, 'issue', (instance) => instance.issue(GRANT))
    await issuedBetween(context, 'revoke', (instance) => instance.revoke(ADA))
  },
}

/** A caller that has the token already could lose its revocation because of a pending call. */
async function acknowledgedFirst(
  context: CaseContext,
  kind: 'cutoff' | 'session' | 'token',
): Promise<void> {
  const other = await context.instance()
  const sent = recordCalls()
  const pause = pauseWrite('before', ofKind(kind))
  const service = signingService(context)
  const wrap = chain(sent.wrap, pause.wrap)
  const instance = await context.instance({ wrap, keys: [service] })
  const slow = handleLater(instance.issue(GRANT))
  await pause.reached
  // Time enough for a call that does not wait.
  for (let round = 0; round < 3; round++) await other.issue({ ...GRANT, subject: 'bob' })
  const kinds = sent.writes.flat().map(({ record }) => record.kind)
  const early = kind === 'cutoff' && kinds.some((each) => each === 'session' || each === 'token')
  assert.ok(!early, 'its records were sent before its cutoff was acknowledged')
  assert.equal(service.signed, 0, `signed before its ${kind} was acknowledged`)
  pause.release()
  await assertLoginActive(instance, await slow, `its ${kind} was slow`)
  assert.equal(service.signed, 2, 'both tokens were signed by the service')
}

/** Signs with the key of all instances, and counts the tokens. */
function signingService({
  environment,
}: CaseContext): SigningService & { readonly signed: number } {
  const [key] = environment.keys
  const service = {
    kid: key.kid ?? '',
    alg: 'ES256',
    publicKey: publicPart(key),
    signed: 0,
    async sign(input: Uint8Array) {
      service.signed++
      return Buffer.from(await signText(key, Buffer.from(input).toString()), 'base64url')
    },
  }
  return service
}

/** A login waits for its record; meanwhile its subject is revoked, and the revocation is evicted. */
async function landsLate(context: CaseContext, kind: 'session' | 'token'): Promise<void> {
  const sent = recordCalls()
  const other = await context.instance({ wrap: sent.wrap })
  await other.issue(GRANT)
  const pause = pauseWrite('before', ofKind(kind))
  const slow = handleLater((await context.instance({ wrap: pause.wrap })).issue(GRANT))
  await pause.reached
  sent.clear()
  await other.revoke(ADA)
  await dropAll(context, sent.writes.flat())
  pause.release()
  const login = await slow
  await assertLoginRefused(other, login, `its ${kind} landed after the revocation was evicted`)
  await assertLoginActive(other, await other.issue(GRANT), 'a new login is accepted')
  await assertLoginRefused(other, login, `its ${kind} landed late, and the cutoffs exist again`)
}

/** The store may have stored the first insert, and evicted it and its revocation. */
async function neverAgain(
  context: CaseContext,
  kind: 'session' | 'token',
  what: 'answer' | 'request',
): Promise<void> {
  const sent = recordCalls()
  const lossy = once(ofKind(kind), async (writes, pass) => {
    if (what === 'answer') await pass()
    await dropAll(context, writes)
    throw new Error('connection reset')
  })
  const instance = await context.instance({ wrap: chain(sent.wrap, lossy) })
  const issuing = handleLater(instance.issue(GRANT))
  await issuing.catch(() => undefined)
  const inserts = sent.writes.flat().filter(({ record }) => record.kind === kind)
  assert.equal(inserts.length, 1, `an insert of a ${kind} is sent again, its ${what} lost`)
  await assertThrows(issuing, 'TOKENWARD_WRITE_INDETERMINATE', `${kind}, ${what} lost`)
  await assertLoginActive(
    instance,
    await instance.issue(GRANT),
    'repeated by the caller, with another id',
  )
}

/**
 * A cutoff lands and its reply is lost; a user logs in under it, is revoked, and all is evicted. Then
 * the call sends its cutoff again: it must have another epoch.
 */
async function issuedBetween(
  context: CaseContext,
  name: string,
  call: (instance: Tokenward) => Promise<unknown>,
): Promise<void> {
  const namespace = `${context.namespace} ${name}`
  const other = await context.instance({ namespace })
  let login: Login | null = null
  const wrap = once(ofKind('cutoff'), async (writes, pass) => {
    assert.ok(
      writes.every(({ expected }) => expected === null),
      'there was no record',
    )
    await pass()
    login = await other.issue(GRANT)
    await other.revoke(ADA)
    await dropAll(context, writes)
    throw new Error('connection reset')
  })
  const instance = await context.instance({ namespace, wrap })
  await call(instance)
  assert.ok(login, 'a cutoff was written')
  await assertLoginRefused(other, login, `issued under a cutoff that ${name} sent before`)
  await assertLoginActive(other, await other.issue(GRANT), 'a new login is accepted')
  await assertLoginRefused(
    other,
    login,
    `issued under a cutoff that ${name} sent before, after a new login`,
  )
}

/** The first such write calls `work` instead. */
function once(
  which: (writes: readonly Write[]) => boolean,
  work: (writes: readonly Write[], pass: () => Promise<readonly boolean[]>) => Promise<never>,
): RepositoryWrapper {
  let used = false
  return (inner) =>
    intercept(inner, {
      async write(pass, writes, signal) {
        if (used || !which(writes)) return await pass(writes, signal)
        used = true
        return await work(writes, () => pass(writes, signal))
      },
    })
}

async function dropAll({ environment }: CaseContext, writes: readonly Write[]): Promise<void> {
  for (const { record } of writes) await environment.server.drop?.(record.key)
}

export const cases: readonly Case[] = [insertAfterEviction]
