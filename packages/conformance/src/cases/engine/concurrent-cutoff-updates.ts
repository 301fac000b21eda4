import assert from 'node:assert/strict'
import type { Login, RevokeTargetOptions, Target, Tokenward } from '@tokenward/core'
import type { TokenRepository, Write } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE, shifted } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { ofKind, pauseWrite } from '../../interceptors/pause-points.ts'
import { type CallRecorder, recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertLoginActive, assertLoginRefused, REFRESH } from './assertions.ts'

const ADA: Target = { subject: 'ada' }

const concurrentCutoffUpdate: Case = {
  planRow: 66,
  name: 'concurrent-cutoff-update',
  level: 'engine',
  catches:
    'a call that lost the race for a cutoff retries, unless the new epoch has the effect that it needs',
  requires: always,
  async run(context) {
    await nowBesideAccess(context)
    await accessBesideNow(context)
    await beforeBesideNow(context)
    await nowBesideBefore(context)
    await laterBeforeWins(context)
  },
}

/**
 * `held` is paused before its write; `other` is acknowledged; `between` happens; then `held` resumes.
 */
async function racing(
  context: CaseContext,
  held: RevokeTargetOptions,
  other: RevokeTargetOptions,
  between: () => Promise<void>,
): Promise<void> {
  const pause = pauseWrite('before', ofKind('cutoff'))
  const [slow, instance] = [await context.instance({ wrap: pause.wrap }), await context.instance()]
  const revoking = handleLater(slow.revoke(ADA, held))
  await pause.reached
  await instance.revoke(ADA, other)
  await between()
  pause.release()
  assert.equal((await revoking).revoked, true)
}

async function nowBesideAccess(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  await racing(context, {}, { only: 'access' }, async () => {
    await assertActive(instance, login.refreshToken, 'access tokens only so far', REFRESH)
  })
  await assertLoginRefused(instance, login, 'revoke-now that lost to `only: access`')
}

async function accessBesideNow(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  await racing(context, { only: 'access' }, {}, async () => {})
  await assertLoginRefused(instance, login, '`only: access` that lost to revoke-now')
  await assertLoginActive(
    instance,
    await instance.issue({ subject: 'ada', client: 'web' }),
    'a new login',
  )
}

/** A login after the other's acknowledgement, on a clock that is behind the requested instant. */
async function beforeBesideNow(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const behind = await context.instance({ clock: shifted(context.clock, -5 * MINUTE) })
  let login: Login | undefined
  await racing(context, { before: context.clock() - MINUTE }, {}, async () => {
    login = await behind.issue({ subject: 'ada', client: 'web' })
    await assertLoginActive(instance, login, 'issued after revoke-now')
  })
  assert.ok(login)
  await assertLoginRefused(instance, login, '`before` that lost to revoke-now')
}

async function nowBesideBefore(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const before = context.clock()
  context.clock.advance(MINUTE)
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  await racing(context, {}, { before }, async () => {
    await assertLoginActive(instance, login, 'issued after the instant')
  })
  await assertLoginRefused(instance, login, 'revoke-now that lost to `before`')
}

/** Of two instants the later one is stored, whichever write is paused. */
async function laterBeforeWins(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  for (const stopped of ['early', 'late'] as const) {
    const early = context.clock()
    context.clock.advance(MINUTE)
    const login = await instance.issue({ subject: 'ada', client: 'web' })
    context.clock.advance(MINUTE)
    const late = context.clock()
    context.clock.advance(MINUTE)
    const [held, other] = stopped === 'early' ? [early, late] : [late, early]
    await racing(context, { before: held }, { before: other }, async () => {})
    await assertLoginRefused(
      instance,
      login,
      `before the later instant, the ${stopped} one having lost`,
    )
  }
}

const lateDuplicate: Case = {
  planRow: 53,
  name: 'late-duplicate',
  level: 'engine',
  catches:
    'a cutoff update is conditional on the etag that was read: a second copy of it finds another',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    for (const target of [ADA, { client: 'web' }, { everything: true }] as Target[]) {
      const sent = recordCalls()
      const instance = await context.instance({ wrap: sent.wrap })
      sent.clear()
      for (const options of [{}, { only: 'access' }, {}] as const) {
        await instance.revoke(target, options)
        await replayed(instance, repository, sent)
      }
    }
  },
}

/** Everything that was sent, sent again after a new login. */
async function replayed(
  instance: Tokenward,
  repository: TokenRepository,
  { writes }: CallRecorder,
): Promise<void> {
  const raises = writes.filter(isCutoffUpdate)
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  assert.ok(raises.length > 0, 'the revocation wrote something')
  for (const batch of raises) {
    await repository.write(batch, deadline())
    await assertLoginActive(
      instance,
      login,
      'a login between a cutoff update and its late duplicate',
    )
  }
}

function isCutoffUpdate(writes: readonly Write[]): boolean {
  return ofKind('cutoff')(writes) || ofKind('root')(writes)
}

export const cases: readonly Case[] = [lateDuplicate, concurrentCutoffUpdate]
