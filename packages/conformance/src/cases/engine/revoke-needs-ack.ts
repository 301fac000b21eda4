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
  /** Only the access token is refused. */
  readonly access?: true
}

const REVOCATIONS: Readonly<Record<string, Revocation>> = {
  token: { target: ({ jti }) => ({ jti }), access: true },
  session: { target: ({ session }) => ({ session }) },
  subject: { target: () => ({ subject: 'ada' }) },
  'subject and client': { target: () => GRANT },
  client: { target: () => ({ client: 'web' }) },
  everything: { target: () => ({ everything: true }) },
  'access tokens only': {
    target: () => ({ subject: 'ada' }),
    options: { only: 'access' },
    access: true,
  },
}

const revokeNeedsAck: Case = {
  name: 'revoke-needs-ack',
  level: 'engine',
  catches: 'a revocation that finds no record resolves only after the store has stored one',
  requires: all(evicting, handle('drop')),
  async run(context) {
    for (const [name, revocation] of Object.entries(REVOCATIONS)) {
      await missesOnce(context, name, revocation)
      await onNothing(context, name, revocation)
    }
  },
}

/** A false miss, as of a server that was away for a moment: the stored record is found by writing. */
async function missesOnce(
  context: CaseContext,
  name: string,
  revocation: Revocation,
): Promise<void> {
  const verifier = await context.instance()
  const login = await verifier.issue(GRANT)
  const instance = await context.instance({ wrap: blindOnce() })
  await instance.revoke(revocation.target(login), revocation.options)
  const what = `revoke of ${name}, after a false miss`
  await assertGone(verifier, login, what, revocation)
}

function blindOnce(): RepositoryWrapper {
  // The first read belongs to the start of the instance.
  let reads = 0
  return (inner) =>
    intercept(inner, {
      async read(pass, keys, signal) {
        return ++reads === 2 ? keys.map(() => null) : await pass(keys, signal)
      },
    })
}

/** Everything was evicted: even then the store must have stored a record. */
async function onNothing(
  context: CaseContext,
  name: string,
  revocation: Revocation,
): Promise<void> {
  const [sent, stored] = [recordCalls(), recordCalls()]
  const verifier = await context.instance({ wrap: sent.wrap })
  const login = await verifier.issue(GRANT)
  const instance = await context.instance({ wrap: chain(stored.wrap) })
  for (const { record } of sent.writes.flat()) await context.environment.server.drop?.(record.key)
  stored.clear()
  const { revoked } = await instance.revoke(revocation.target(login), revocation.options)
  assert.ok(revoked)
  assert.ok(stored.writes.length > 0, `revoke of ${name} on nothing: the store stored nothing`)
  await assertLoginRefused(verifier, login, `revoke of ${name} on nothing`)
  await assertLoginActive(verifier, await verifier.issue(GRANT), 'a new login is accepted')
  await assertLoginRefused(verifier, login, `revoke of ${name} on nothing, after a new login`)
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
  assert.ok(refresh.active, `${what}: its refresh token is active`)
}

export const cases: readonly Case[] = [revokeNeedsAck]
