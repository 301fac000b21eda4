import assert from 'node:assert/strict'
import type { RotateResult, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { intercept } from '../../interceptors/intercept.ts'
import { ofKind } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertActive,
  assertRefused,
  assertRotated,
  assertThrows,
  issuedIfKnown,
  REFRESH,
} from './assertions.ts'

const ADA = { subject: 'ada' } as const
const GRANT = { subject: 'ada', client: 'web' } as const

interface Role {
  readonly role: string
}

const accessOnly: Case = {
  planRow: 58,
  name: 'access-only',
  level: 'engine',
  catches:
    'access epochs are read anew, and before the claims; carried claims have their own epoch',
  requires: always,
  async run(context) {
    await sessionRotatesOn(context)
    await ridingClaimsAreStale(context)
    await claimsAfterEpochs(context)
    await claimsAgainAfterRead(context)
    await refusesInvalidTargets(context)
  },
}

async function sessionRotatesOn(context: CaseContext): Promise<void> {
  const instance = await context.instance<Role>()
  for (const target of [ADA, { client: 'web' }, GRANT, { everything: true }] as const) {
    const login = await instance.issue({ ...GRANT, claims: () => ({ role: 'admin' }) })
    await instance.revoke(target, { only: 'access' })
    await assertRefused(instance, login.accessToken, 'access token', 'revoked')
    await assertActive(instance, login.refreshToken, 'refresh token', REFRESH)
    const next = await instance.rotate(login.refreshToken, { claims: () => ({ role: 'user' }) })
    assertRotated(next, 'the session')
    const { claims } = await assertActive(instance, next.accessToken, 'the new access token')
    assert.equal(claims.role, 'user')
    await assertRefused(instance, login.accessToken, 'the old access token, still', 'revoked')
  }
  const session = await instance.issue({ ...GRANT, claims: () => ({ role: 'admin' }) })
  await instance.revoke({ session: session.session }, { only: 'access' })
  await assertRefused(instance, session.accessToken, 'of that session', 'revoked')
  await assertActive(instance, session.refreshToken, 'of that session', REFRESH)
}

async function ridingClaimsAreStale(context: CaseContext): Promise<void> {
  for (const grace of ['10s', '0s'] as const) {
    const instance = await context.instance<Role>({ grace })
    const login = await instance.issue({ ...GRANT, claims: { role: 'admin' } })
    const next = await instance.rotate(login.refreshToken)
    assertRotated(next, 'claims are carried while nothing changed')
    assert.equal((await assertActive(instance, next.accessToken, 'riding')).claims.role, 'admin')
    await instance.revoke(ADA, { only: 'access' })
    for (const attempt of ['first', 'second']) {
      const stale = await instance.rotate(next.refreshToken)
      assert.equal(stale.active ? 'active' : stale.reason, 'stale-claims', attempt)
    }
    const fresh = await instance.rotate(next.refreshToken, { claims: () => ({ role: 'user' }) })
    assertRotated(fresh, 'the token was not used up')
    assert.equal(fresh.retried, false, 'the token was not used up')
    assert.equal((await assertActive(instance, fresh.accessToken, 'fresh')).claims.role, 'user')
  }
}

/** A claims function that is overtaken: its answer is stale when it returns. */
async function claimsAfterEpochs(context: CaseContext): Promise<void> {
  const [instance, other] = [await context.instance<Role>(), await context.instance()]
  const overtaken = async () => {
    await other.revoke(ADA, { only: 'access' })
    return { role: 'admin' }
  }
  const issued = await instance.issue({ ...GRANT, claims: overtaken })
  await assertNoAdmin(instance, issued.accessToken, 'issue')
  const login = await instance.issue({ ...GRANT, claims: () => ({ role: 'user' }) })
  const rotated = await instance.rotate(login.refreshToken, { claims: overtaken })
  if (rotated.active) await assertNoAdmin(instance, rotated.accessToken, 'rotate')
}

/** A write is lost, and privileges change before it is repeated. */
async function claimsAgainAfterRead(context: CaseContext): Promise<void> {
  const other = await context.instance()
  for (const kind of ['issue', 'rotate'] as const) {
    const setup = await context.instance<Role>()
    const login = await setup.issue({ ...GRANT, claims: () => ({ role: 'admin' }) })
    let role = 'admin'
    let lost = false
    const instance = await context.instance<Role>({
      wrap: (inner) =>
        intercept(inner, {
          async write(pass, writes, signal) {
            const hit = ofKind(kind === 'issue' ? 'token' : 'session')(writes)
            if (!hit || lost) return await pass(writes, signal)
            lost = true
            role = 'user'
            await other.revoke(ADA, { only: 'access' })
            throw new Error('connection reset')
          },
        }),
    })
    const claims = () => ({ role })
    const token =
      kind === 'issue'
        ? ((await issuedIfKnown(context, instance.issue({ ...GRANT, claims })))?.accessToken ??
          null)
        : accessTokenOf(await instance.rotate(login.refreshToken, { claims }))
    assert.ok(lost, 'a write was lost')
    if (token !== null) await assertNoAdmin(instance, token, kind)
  }
}

function accessTokenOf(rotation: RotateResult): string | null {
  return rotation.active ? rotation.accessToken : null
}

async function assertNoAdmin(
  instance: Tokenward<Role>,
  token: string,
  what: string,
): Promise<void> {
  const result = await instance.verify(token)
  if (!result.active) return
  assert.equal(result.claims.role, 'user', `${what}: revoked privileges remain in use`)
}

async function refusesInvalidTargets(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const { jti, accessToken } = await instance.issue(GRANT)
  const nonsense: Record<string, () => Promise<unknown>> = {
    'with before': () => instance.revoke(ADA, { only: 'access', before: context.clock() - 1_000 }),
    'of one token': () => instance.revoke({ jti }, { only: 'access' }),
    'of a token': () => instance.revoke(accessToken, { only: 'access' } as object),
  }
  for (const [what, call] of Object.entries(nonsense)) {
    await assertThrows(call, 'TOKENWARD_INVALID_INPUT', `only: 'access' ${what}`)
  }
}

export const cases: readonly Case[] = [accessOnly]
