import assert from 'node:assert/strict'
import { isTokenwardError, type Tokenward } from '@tokenward/core'
import type { Case } from '../../suite/case.ts'
import { all, durable, handle } from '../../suite/gates.ts'
import { assertRefused } from './expect.ts'
import { recovers } from './network-trials.ts'

/** Revocations under way at any time. */
const LANES = 64
/** Acknowledged revocations between two kills, in a full run; and the fewest and the most kills. */
const [BETWEEN, FEWEST, MOST] = [5_000, 2, 20]

export const kill9Server: Case = {
  row: 9,
  name: 'kill9-server',
  level: 'engine',
  guards: 'a revocation is acknowledged when it outlives the server, and not before',
  gate: all(durable, handle('kill'), handle('start')),
  rounds: { some: 500, full: 100_000 },
  async run(bench) {
    const { server } = bench.stage
    const ward = await bench.ward({ policy: 'denylist', deadline: '1s' })
    const patient = await bench.ward({ policy: 'denylist' })
    const kills = Math.min(Math.max(Math.ceil(bench.rounds / BETWEEN), FEWEST), MOST)
    const load = new Load(ward)
    for (let kill = 1; kill <= kills; kill++) {
      const enough = Math.ceil((bench.rounds * kill) / kills) + bench.random.below(LANES)
      await load.runUntil(enough, async () => await server.kill?.())
      await server.start?.()
      await recovers(ward, 'what was killed')
    }
    const { acknowledged, cut } = load
    await assertAllRefused(patient, acknowledged)
    await Promise.all(cut.map((token) => assertRepeatable(patient, token)))
    bench.note(
      `${kills} kills: 0 of ${acknowledged.length} acknowledged revocations lost, ${cut.length} were cut`,
    )
  },
}

/** Revokes token after token, each issued for it. */
class Load {
  /** Tokens whose revocation resolved. */
  readonly acknowledged: string[] = []
  /** Tokens of whose revocation nobody knows. */
  readonly cut: string[] = []
  readonly #ward: Tokenward

  constructor(ward: Tokenward) {
    this.#ward = ward
  }

  /** Goes on while `kill` kills; that begins when so many were acknowledged in all. */
  async runUntil(enough: number, kill: () => Promise<void>): Promise<void> {
    let killing: Promise<void> | null = null
    let isDown = false
    const down = () => {
      isDown = true
    }
    const lanes = Array.from({ length: LANES }, async () => {
      while (!isDown) {
        await this.#revokeOne()
        if (this.acknowledged.length >= enough) killing ??= kill().finally(down)
      }
    })
    await Promise.all(lanes)
    await killing
  }

  async #revokeOne(): Promise<void> {
    let token: string | null = null
    try {
      token = (await this.#ward.issue({ subject: 'ada', client: 'web', refresh: false }))
        .accessToken
      await this.#ward.revoke(token)
      this.acknowledged.push(token)
    } catch (error) {
      if (!isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE') && !isIndeterminate(error)) {
        throw error
      }
      if (token !== null) this.cut.push(token)
    }
  }
}

function isIndeterminate(error: unknown): boolean {
  return isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE')
}

async function assertRepeatable(ward: Tokenward, token: string): Promise<void> {
  await ward.revoke(token)
  await assertRefused(ward, token, 'a revocation that was cut and repeated', 'revoked')
}

async function assertAllRefused(ward: Tokenward, tokens: readonly string[]): Promise<void> {
  let lost = 0
  for (let from = 0; from < tokens.length; from += LANES) {
    const verdicts = await Promise.all(tokens.slice(from, from + LANES).map((t) => ward.verify(t)))
    lost += verdicts.filter(({ active }) => active).length
  }
  assert.equal(lost, 0, `${lost} of ${tokens.length} acknowledged revocations are lost`)
}
