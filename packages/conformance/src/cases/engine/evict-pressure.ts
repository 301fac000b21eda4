import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import { intercept, type RepositoryWrapper } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import { assertLoginActive } from './assertions.ts'
import { ByteStream } from './pressure.ts'

/** Actors that run in parallel, each with its own users. */
const LANES = 16
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
    const lanes = Array.from(
      { length: LANES },
      (_, i) => new ByteStream(instance, context.random, `${i}`),
    )
    await Promise.all(
      lanes.map(async (lane) => {
        while (written.count() < context.rounds) await lane.turn()
      }),
    )
    for (const lane of lanes) await lane.assertGone()
    const [living, out] = [sum(lanes, 'living'), await loggedOut(lanes)]
    assert.ok(out > 0, `nothing was evicted by ${written.count()} writes: no pressure`)
    await newLoginsAccepted(instance)
    context.note(
      `${written.count()} writes: 0 of ${sum(lanes, 'looks')} verifications of revoked tokens accepted one; ` +
        `${out} of ${living} that were not revoked (${percent(out, living)}) had to log in again; ${sum(lanes, 'failed')} calls failed`,
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

async function loggedOut(lanes: readonly ByteStream[]): Promise<number> {
  let out = 0
  for (const lane of lanes) out += await lane.loggedOut()
  return out
}

function sum(lanes: readonly ByteStream[], of: 'living' | 'looks' | 'failed'): number {
  return lanes.reduce((total, lane) => total + lane[of], 0)
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
