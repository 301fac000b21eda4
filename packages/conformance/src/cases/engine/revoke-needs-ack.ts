import assert from 'node:assert/strict'
import type { Login, RevokeTargetOptions, Target, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { chain, intercept, type RepositoryWrapper } from '../../interceptors/intercept.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertRefused, REFRESH } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

interface Revocation {
  readonly target: (login: Login) => Target
  readonly options?: RevokeTargetOptions
  /** Only the access token dies. */
  readonly access?: true
}

const REVOCATIONS: Readonly<Record<string, Revocation>> = {
  token: { target: ({ jti }) => ({ jti }), access: true },
  session: { target: ({ session }) => ({ session }) },
  subject: { target: () => ({ subject: 'ada' }) },
  'subject and client': { target: () => GRANT },
  client: { target: () => ({ client: 'web' }) },
  everything: { target: () => ({ everything: true }) },
  'access alone': { target: () => ({ subject: 'ada' }), options: { only: 'access' }, access: true },
}

const revokeNeedsAck: Case = {
  name: 'revoke-needs-ack',
  level: 'engine',
  catches: 'a revocation that finds nothing is not done before the store has stored something',
  requires: all(evicting, handle('drop')),
  async run(context) {
    for (const [name, revocation] of Object.entries(REVOCATIONS)) {
      await missesOnce(context, name, revocation)
      await onNothing(context, name, revocation)
    }
  },
}

/** A miss that is none, as of a server that was away for a moment: what stands is found by writing. */
async function missesOnce(
  context: CaseContext,
  name: string,
  revocation: Revocation,
): Promise<void> {
  const judge = await context.instance()
  const login = await judge.issue(GRANT)
  const instance = await context.instance({ wrap: blindOnce() })
  await instance.revoke(revocation.target(login), revocation.options)
  const what = `revoke of ${name}, after a miss that was none`
  await assertGone(judge, login, what, revocation)
}

function blindOnce(): RepositoryWrapper {
  // The first read is of the instance's own start.
  let reads = 0
  return (inner) =>
    intercept(inner, {
      async read(pass, keys, signal) {
        return ++reads === 2 ? keys.map(() => null) : await pass(keys, signal)
      },
    })
}

/** Everything was forgotten: then, too, the store must have stored something. */
async function onNothing(
  context: CaseContext,
  name: string,
  revocation: Revocation,
): Promise<void> {
  const [sent, stored] = [recordCalls(), recordCalls()]
  const judge = await context.instance({ wrap: sent.wrap })
  const login = await judge.issue(GRANT)
  const instance = await context.instance({ wrap: chain(stored.wrap) })
  for (const { record } of sent.writes.flat()) await context.environment.server.drop?.(record.key)
  stored.clear()
  const { revoked } = await instance.revoke(revocation.target(login), revocation.options)
  assert.ok(revoked)
  assert.ok(stored.writes.length > 0, `revoke of ${name} on nothing: the store heard nothing of it`)
  await assertLoginRefused(judge, login, `revoke of ${name} on nothing`)
  await assertLoginActive(judge, await judge.issue(GRANT), 'life goes on')
  await assertLoginRefused(judge, login, `revoke of ${name} on nothing, after a new login`)
}

async function assertGone(
  instance: Tokenward,
  login: Login,
  what: string,
  { access }: Revocation,
): Promise<void> {
  if (access === undefined) return await assertLoginRefused(instance, login, what)
  await assertRefused(instance, login.accessToken, `${what}, access token`)
  const refresh = await instance.verify(login.refreshToken, REFRESH)
  assert.ok(refresh.active, `${what}: its refresh token lives`)
}

export const cases: readonly Case[] = [revokeNeedsAck]
