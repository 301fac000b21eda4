import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import { intercept, type RepositoryWrapper } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import { assertLoginActive } from './assertions.ts'
import { PressureActor } from './pressure.ts'

/** Actors that run in parallel, each with its own users. */
const ACTORS = 16
/** At least one of the logins is active in the end. */
const NEW_LOGINS = 20
/** A million writes take longer than a token's retention, but the instances' clock does not move. */
const LONG = { access: '1d', refresh: '2d', session: '3d' } as const

const evictPressure: Case = {
  planRow: 15,
  name: 'evict-pressure',
  level: 'engine',
  catches: 'whatever a full store evicts, no revoked token is accepted',
  requires: all(evicting, handle('boundedMemory')),
  rounds: { quick: 20_000, full: 1_000_000 },
  async run(context) {
    const written = counter()
    const instance = await context.instance({ wrap: written.wrap, lifetimes: LONG })
    const actors = Array.from(
      { length: ACTORS },
      (_, i) => new PressureActor(instance, context.random, `${i}`),
    )
    await Promise.all(
      actors.map(async (actor) => {
        while (written.count() < context.rounds) await actor.runOnce()
      }),
    )
    for (const actor of actors) await actor.assertGone()
    const [active, out] = [sum(actors, 'active'), await loggedOut(actors)]
    assert.ok(out > 0, `nothing was evicted by ${written.count()} writes: no pressure`)
    await newLoginsAccepted(instance)
    context.note(
      `${written.count()} writes: 0 of ${sum(actors, 'verifications')} verifications of revoked tokens accepted one; ` +
        `${out} of ${active} that were not revoked (${percent(out, active)}) had to log in again; ${sum(actors, 'failed')} calls failed`,
    )
  },
}

/** A full store may evict even a new login at once, but not every one. */
async function newLoginsAccepted(instance: Tokenward): Promise<void> {
  let refused: unknown
  for (let nth = 0; nth < NEW_LOGINS; nth++) {
    const login = await instance.issue({ subject: `the last ${nth}`, client: 'web' })
    try {
      return await assertLoginActive(instance, login, 'a new login is accepted')
    } catch (error) {
      refused = error
    }
  }
  throw refused
}

async function loggedOut(actors: readonly PressureActor[]): Promise<number> {
  let out = 0
  for (const actor of actors) out += await actor.loggedOut()
  return out
}

function sum(actors: readonly PressureActor[], of: 'active' | 'verifications' | 'failed'): number {
  return actors.reduce((total, actor) => total + actor[of], 0)
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`
}

function counter(): { readonly wrap: RepositoryWrapper; count(): number } {
  let writes = 0
  return {
    count: () => writes,
    wrap: (inner) =>
      intercept(inner, {
        write(pass, batch, signal) {
          writes += batch.length
          return pass(batch, signal)
        },
      }),
  }
}

export const cases: readonly Case[] = [evictPressure]
