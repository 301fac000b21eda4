import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import { interpose, type Through } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { all, evicting, handle } from '../../suite/requirements.ts'
import { assertAlive } from './assertions.ts'
import { Lane } from './pressure.ts'

/** Who work side by side, each with users of its own. */
const LANES = 16
/** One of them, at the least, is good in the end. */
const NEW_LOGINS = 20
/** A million writes take longer than a token's retention, while the instances' clock stands still. */
const LONG = { access: '1d', refresh: '2d', session: '3d' } as const

const evictPressure: Case = {
  row: 15,
  name: 'evict-pressure',
  level: 'engine',
  guards: 'whatever a full store throws out, nothing that was taken back is accepted',
  gate: all(evicting, handle('boundedMemory')),
  rounds: { some: 20_000, full: 1_000_000 },
  async run(bench) {
    const written = counter()
    const instance = await bench.instance({ through: written.through, lifetimes: LONG })
    const lanes = Array.from({ length: LANES }, (_, i) => new Lane(instance, bench.random, `${i}`))
    await Promise.all(
      lanes.map(async (lane) => {
        while (written.count() < bench.rounds) await lane.turn()
      }),
    )
    for (const lane of lanes) await lane.assertGone()
    const [living, out] = [sum(lanes, 'living'), await loggedOut(lanes)]
    assert.ok(out > 0, `nothing was thrown out by ${written.count()} writes: no pressure`)
    await lifeGoesOn(instance)
    bench.note(
      `${written.count()} writes: 0 of ${sum(lanes, 'looks')} looks at what was taken back saw it accepted; ` +
        `${out} of ${living} that were not (${percent(out, living)}) had to log in again; ${sum(lanes, 'failed')} calls failed`,
    )
  },
}

/** Of a full store even a new login may be thrown out at once; not every one is. */
async function lifeGoesOn(instance: Tokenward): Promise<void> {
  let refused: unknown
  for (let nth = 0; nth < NEW_LOGINS; nth++) {
    const login = await instance.issue({ subject: `the last ${nth}`, client: 'web' })
    try {
      return await assertAlive(instance, login, 'life goes on')
    } catch (error) {
      refused = error
    }
  }
  throw refused
}

async function loggedOut(lanes: readonly Lane[]): Promise<number> {
  let out = 0
  for (const lane of lanes) out += await lane.loggedOut()
  return out
}

function sum(lanes: readonly Lane[], of: 'living' | 'looks' | 'failed'): number {
  return lanes.reduce((total, lane) => total + lane[of], 0)
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`
}

function counter(): { readonly through: Through; count(): number } {
  let writes = 0
  return {
    count: () => writes,
    through: (inner) =>
      interpose(inner, {
        write(pass, batch, signal) {
          writes += batch.length
          return pass(batch, signal)
        },
      }),
  }
}

export const cases: readonly Case[] = [evictPressure]
