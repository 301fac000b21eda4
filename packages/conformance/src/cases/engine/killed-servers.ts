import type { Case } from '../../suite/case.ts'
import { all, claims, durable, handle } from '../../suite/requirements.ts'
import { recovers } from './network-trials.ts'
import { assertAllRefused, assertRepeatable, LANES, Load } from './revocation-load.ts'

/** Acknowledged revocations before each kill, at the least; and the fewest and the most kills. */
const [BEFORE_EACH, FEWEST, MOST] = [250, 2, 20]

const kill9Server: Case = {
  row: 9,
  name: 'kill9-server',
  level: 'engine',
  guards: 'a revocation is acknowledged when it outlives the server, and not before',
  gate: all(durable, handle('kill'), handle('start')),
  rounds: { some: 500, full: 100_000 },
  async run(bench) {
    const { server } = bench.stage
    const deadline = await bench.shortDeadline(1_000)
    const instance = await bench.instance({ policy: 'denylist', deadline: `${deadline}ms` })
    const patient = await bench.instance({ policy: 'denylist' })
    const kills = Math.min(Math.max(Math.floor(bench.rounds / BEFORE_EACH), FEWEST), MOST)
    const load = new Load(instance)
    for (let kill = 1; kill <= kills; kill++) {
      const enough = Math.ceil((bench.rounds * kill) / kills) + bench.random.below(LANES)
      await load.runUntil(enough, async () => await server.kill?.())
      await server.start?.()
      await recovers(instance, 'what was killed')
    }
    const { acknowledged, cut } = load
    await assertAllRefused(patient, acknowledged)
    await Promise.all(cut.map((token) => assertRepeatable(patient, token)))
    bench.note(
      `${kills} kills: 0 of ${acknowledged.length} acknowledged revocations lost, ${cut.length} were cut`,
    )
  },
}

/** Failovers in a full run, and revocations acknowledged before each. */
const [FAILOVERS, BEFORE] = [5, 2_000]

const failover: Case = {
  row: 13,
  name: 'failover',
  level: 'engine',
  guards: 'who takes over has everything that was acknowledged',
  gate: all(durable, claims('failoverSafe'), handle('failover')),
  rounds: { some: 500, full: FAILOVERS * BEFORE },
  async run(bench) {
    const { server } = bench.stage
    const deadline = await bench.shortDeadline(1_000)
    const instance = await bench.instance({ policy: 'denylist', deadline: `${deadline}ms` })
    const patient = await bench.instance({ policy: 'denylist' })
    const failovers = Math.max(Math.ceil(bench.rounds / BEFORE), 1)
    const load = new Load(instance)
    for (let nth = 1; nth <= failovers; nth++) {
      const enough = Math.ceil((bench.rounds * nth) / failovers)
      await load.runUntil(enough, async () => await server.failover?.())
      await recovers(instance, 'what failed over')
    }
    const { acknowledged, cut } = load
    await assertAllRefused(patient, acknowledged)
    await Promise.all(cut.map((token) => assertRepeatable(patient, token)))
    bench.note(
      `${failovers} failovers: 0 of ${acknowledged.length} acknowledged revocations lost, ${cut.length} were cut`,
    )
  },
}

export const cases: readonly Case[] = [kill9Server, failover]
