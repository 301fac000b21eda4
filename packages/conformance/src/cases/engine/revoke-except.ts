import assert from 'node:assert/strict'
import type { Issued, Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE } from '../../harness/clock.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { replace } from '../../interceptors/intercept.ts'
import { armed, ofKind, pauseWrite } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertActive,
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
  assertThrows,
} from './assertions.ts'

const ADA = { subject: 'ada', client: 'web' } as const
/** With their access tokens more than one page. */
const LOGINS = 60

const revokeExcept: Case = {
  name: 'revoke-except',
  level: 'engine',
  catches: 'all sessions and stored tokens of a subject but one session are revoked, or none is',
  requires: always,
  async run(context) {
    await whereNothingCanBeListed(context)
    if (!context.environment.capabilities.listing) return
    await allButOne(context)
    await expiredRefreshTokens(context)
    await loginMeanwhile(context)
  },
}

async function whereNothingCanBeListed(context: CaseContext): Promise<void> {
  const instance = await context.instance({
    wrap: (inner) =>
      replace(inner, {
        capabilities: { ...inner.capabilities, listing: false },
        list: undefined,
      }),
  })
  const [login, other] = [await instance.issue(ADA), await instance.issue(ADA)]
  const call = instance.revoke({ subject: 'ada', except: login.session })
  const error = await assertThrows(call, 'TOKENWARD_UNSUPPORTED_OPERATION', 'without lists')
  assert.match(error.message, /revoke the subject.* issue new tokens/, 'the message has the recipe')
  await assertLoginActive(instance, login, 'what is not supported revokes nothing')
  await assertLoginActive(instance, other, 'what is not supported revokes nothing')
}

async function allButOne(context: CaseContext): Promise<void> {
  const [instance, other] = (await context.instances(2)) as [Tokenward, Tokenward]
  const logins: Login[] = []
  for (let i = 0; i < LOGINS; i++)
    logins.push(await instance.issue({ ...ADA, client: `client ${i % 3}` }))
  const kept = context.random.pick(logins)
  const single: Issued = await instance.issue({ ...ADA, refresh: false })
  const bob = await instance.issue({ ...ADA, subject: 'bob' })
  const target = { subject: 'ada', except: kept.session } as const
  const revoked = await other.revoke(target, { reason: 'lost phone', actor: 'ada' })
  assert.equal(
    revoked.revoked && revoked.first,
    true,
    'the first call reports that it was the first',
  )
  for (const login of logins) {
    if (login === kept) continue
    await assertLoginRefused(instance, login, 'another session')
    const { note } = await instance.explain(login.accessToken)
    assert.deepEqual(note, { reason: 'lost phone', actor: 'ada' }, 'the note of another session')
  }
  await assertRefused(instance, single.accessToken, 'a token without a session', 'revoked')
  await assertLoginActive(instance, kept, 'the session that stays')
  const next = await instance.rotate(kept.refreshToken)
  assertRotated(next, 'the session that stays')
  await assertLoginActive(instance, next, 'the session that stays, rotated')
  await assertLoginActive(instance, bob, 'the session of another subject')
  const again = await other.revoke(target)
  assert.equal(again.revoked && again.first, false, 'a second call finds nothing to revoke')
  await assertLoginActive(instance, next, 'the session that stays, after a second call')
  await assertLoginActive(instance, await instance.issue(ADA), 'a login after the call')
}

/** The last access token of a session may be accepted longer than its refresh token. */
async function expiredRefreshTokens(context: CaseContext): Promise<void> {
  const lifetimes = { access: '10m', refresh: '2m', session: '1h' } as const
  // Without a record of the access token, only that of the session is found.
  const namespace = `${context.namespace}-denylist`
  const instance = await context.instance({ namespace, policy: 'denylist', lifetimes })
  const grant = { subject: 'eve', client: 'web' } as const
  const idle = await instance.issue(grant)
  context.clock.advance(5 * MINUTE)
  const kept = await instance.issue(grant)
  await assertActive(instance, idle.accessToken, 'whose refresh token has expired')
  await instance.revoke({ subject: 'eve', except: kept.session })
  const what = 'an access token whose refresh token had expired'
  await assertRefused(instance, idle.accessToken, what, 'revoked')
  await assertLoginActive(instance, kept, 'the session that stays')
}

/** A login while the call is under way is left alone. */
async function loginMeanwhile(context: CaseContext): Promise<void> {
  const trigger = armed(ofKind('cutoff'))
  const pause = pauseWrite('before', trigger)
  const instance = await context.instance()
  const slow = await context.instance({ wrap: pause.wrap })
  const grant = { subject: 'kim', client: 'web' } as const
  const [kept, other] = [await instance.issue(grant), await instance.issue(grant)]
  trigger.arm()
  const revoking = handleLater(slow.revoke({ subject: 'kim', except: kept.session }))
  await pause.reached
  const login = await instance.issue(grant)
  const next = await instance.rotate(kept.refreshToken)
  assertRotated(next, 'the session that stays, meanwhile')
  pause.release()
  await revoking
  await assertLoginActive(instance, login, 'a login during the call')
  await assertLoginActive(instance, next, 'the session that stays, rotated during the call')
  await assertLoginRefused(instance, other, 'another session')
}

export const cases: readonly Case[] = [revokeExcept]
