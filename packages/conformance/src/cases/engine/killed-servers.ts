import type { Case } from '../../suite/case.ts'
import { all, claims, durable, handle } from '../../suite/requirements.ts'
import { recovers } from './network-trials.ts'
import { assertAllRefused, assertRepeatable, LANES, Load } from './revocation-load.ts'

/** Acknowledged revocations before each kill, at least; and the fewest and the most kills. */
const [BEFORE_EACH, FEWEST, MOST] = [250, 2, 20]
/** After so many, each lane has made all kinds of revocations. */
const OF_ALL_KINDS = 3 * LANES

const kill9Server: Case = {
  planRow: 9,
  name: 'kill9-server',
  level: 'engine',
  catches: 'a revocation is acknowledged once it survives a crash of the server, and not before',
  requires: all(durable, handle('kill'), handle('start')),
  rounds: { quick: 500, full: 100_000 },
  async run(context) {
    const { server } = context.environment
    const deadline = await context.shortDeadline(1_000)
    const instance = await context.instance({ policy: 'denylist', deadline: `${deadline}ms` })
    const patient = await context.instance({ policy: 'denylist' })
    const kills = Math.min(Math.max(Math.floor(context.rounds / BEFORE_EACH), FEWEST), MOST)
    const load = new Load(instance)
    for (let kill = 1; kill <= kills; kill++) {
      const enough = Math.max(Math.ceil((context.rounds * kill) / kills), kill * OF_ALL_KINDS)
      let isKilled = false
      const strike = async () => {
        isKilled = true
        await server.kill?.()
      }
      // A server that stays down would fail every later case.
      await load
        .runUntil(enough + context.random.below(LANES), strike)
        .finally(() => (isKilled ? server.start?.() : undefined))
      await recovers(instance, 'what was killed')
    }
    const { acknowledged, cut } = load
    await assertAllRefused(patient, acknowledged)
    await Promise.all(cut.map((token) => assertRepeatable(patient, token)))
    context.note(
      `${kills} kills: 0 of ${acknowledged.length} acknowledged revocations lost, ${cut.length} were interrupted`,
    )
  },
}

/** Failovers in a full run, and revocations acknowledged before each. */
const [FAILOVERS, BEFORE] = [5, 2_000]

const failover: Case = {
  planRow: 13,
  name: 'failover',
  level: 'engine',
  catches: 'a new primary has everything that was acknowledged',
  requires: all(durable, claims('failoverSafe'), handle('failover')),
  rounds: { quick: 500, full: FAILOVERS * BEFORE },
  async run(context) {
    const { server } = context.environment
    const deadline = await context.shortDeadline(1_000)
    const instance = await context.instance({ policy: 'denylist', deadline: `${deadline}ms` })
    const patient = await context.instance({ policy: 'denylist' })
    const failovers = Math.max(Math.ceil(context.rounds / BEFORE), 1)
    const load = new Load(instance)
    for (let nth = 1; nth <= failovers; nth++) {
      const enough = Math.ceil((context.rounds * nth) / failovers)
      await load.runUntil(enough, async () => await server.failover?.())
      await recovers(instance, 'what failed over')
    }
    const { acknowledged, cut } = load
    await assertAllRefused(patient, acknowledged)
    await Promise.all(cut.map((token) => assertRepeatable(patient, token)))
    context.note(
      `${failovers} failovers: 0 of ${acknowledged.length} acknowledged revocations lost, ${cut.length} were interrupted`,
    )
  },
}

export const cases: readonly Case[] = [kill9Server, failover]
