import assert from 'node:assert/strict'
import type {
  Login,
  RevokeTargetOptions,
  Target,
  TokenRepository,
  Tokenward,
  Write,
} from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { MINUTE, shifted } from '../../harness/clock.ts'
import { patience } from '../../harness/deadline.ts'
import { begun } from '../../harness/unhandled-errors.ts'
import { holdWrite, ofKind } from '../../interceptors/pause-points.ts'
import { type Recorder, recorder } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertActive, assertAlive, assertDead, REFRESH } from './assertions.ts'

const ADA: Target = { subject: 'ada' }

const cover: Case = {
  row: 66,
  name: 'cover',
  level: 'engine',
  guards: 'who lost the race for a cutoff tries again unless the new epoch does what was asked',
  gate: always,
  async run(bench) {
    await nowBesideAccess(bench)
    await accessBesideNow(bench)
    await beforeBesideNow(bench)
    await nowBesideBefore(bench)
    await laterBeforeStands(bench)
  },
}

/** `held` is stopped before its write; `other` is acknowledged; `between` happens; then it goes on. */
async function racing(
  bench: Bench,
  held: RevokeTargetOptions,
  other: RevokeTargetOptions,
  between: () => Promise<void>,
): Promise<void> {
  const hold = holdWrite('before', ofKind('cutoff'))
  const [slow, instance] = [await bench.instance({ through: hold.through }), await bench.instance()]
  const revoking = begun(slow.revoke(ADA, held))
  await hold.reached
  await instance.revoke(ADA, other)
  await between()
  hold.release()
  assert.equal((await revoking).revoked, true)
}

async function nowBesideAccess(bench: Bench): Promise<void> {
  const instance = await bench.instance()
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  await racing(bench, {}, { only: 'access' }, async () => {
    await assertActive(instance, login.refreshToken, 'access tokens alone so far', REFRESH)
  })
  await assertDead(instance, login, 'revoke-now that lost to `only: access`')
}

async function accessBesideNow(bench: Bench): Promise<void> {
  const instance = await bench.instance()
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  await racing(bench, { only: 'access' }, {}, async () => {})
  await assertDead(instance, login, '`only: access` that lost to revoke-now')
  await assertAlive(
    instance,
    await instance.issue({ subject: 'ada', client: 'web' }),
    'a new login',
  )
}

/** A login after the other's acknowledgement, on a clock that is behind the asked-for instant. */
async function beforeBesideNow(bench: Bench): Promise<void> {
  const instance = await bench.instance()
  const behind = await bench.instance({ clock: shifted(bench.clock, -5 * MINUTE) })
  let login: Login | undefined
  await racing(bench, { before: bench.clock() - MINUTE }, {}, async () => {
    login = await behind.issue({ subject: 'ada', client: 'web' })
    await assertAlive(instance, login, 'issued after revoke-now')
  })
  assert.ok(login)
  await assertDead(instance, login, '`before` that lost to revoke-now')
}

async function nowBesideBefore(bench: Bench): Promise<void> {
  const instance = await bench.instance()
  const before = bench.clock()
  bench.clock.advance(MINUTE)
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  await racing(bench, {}, { before }, async () => {
    await assertAlive(instance, login, 'issued after the instant')
  })
  await assertDead(instance, login, 'revoke-now that lost to `before`')
}

/** Of two instants the later one stands, whichever write is stopped. */
async function laterBeforeStands(bench: Bench): Promise<void> {
  const instance = await bench.instance()
  for (const stopped of ['early', 'late'] as const) {
    const early = bench.clock()
    bench.clock.advance(MINUTE)
    const login = await instance.issue({ subject: 'ada', client: 'web' })
    bench.clock.advance(MINUTE)
    const late = bench.clock()
    bench.clock.advance(MINUTE)
    const [held, other] = stopped === 'early' ? [early, late] : [late, early]
    await racing(bench, { before: held }, { before: other }, async () => {})
    await assertDead(instance, login, `before the later instant, the ${stopped} one having lost`)
  }
}

const lateDuplicate: Case = {
  row: 53,
  name: 'late-duplicate',
  level: 'engine',
  guards: 'a raise is conditional on the etag that was seen: a second copy of it finds another',
  gate: always,
  async run(bench) {
    const repository = await bench.repository()
    for (const target of [ADA, { client: 'web' }, { everything: true }] as Target[]) {
      const sent = recorder()
      const instance = await bench.instance({ through: sent.through })
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
  { writes }: Recorder,
): Promise<void> {
  const raises = writes.filter(isRaise)
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  assert.ok(raises.length > 0, 'the revocation wrote something')
  for (const batch of raises) {
    await repository.write(batch, patience())
    await assertAlive(instance, login, 'a login between a raise and its late duplicate')
  }
}

function isRaise(writes: readonly Write[]): boolean {
  return ofKind('cutoff')(writes) || ofKind('root')(writes)
}

export const cases: readonly Case[] = [lateDuplicate, cover]
