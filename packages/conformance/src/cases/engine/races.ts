import assert from 'node:assert/strict'
import type { Login, Rotation, Tokenward, Write } from '@tokenward/core'
import type { Bench, Overrides } from '../../bench/bench.ts'
import { claimsOf } from '../../bench/tokens.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/gates.ts'
import { type Barrier, barrier } from '../../tamper/barrier.ts'
import { chain } from '../../tamper/interpose.ts'
import { type Recorder, recorder } from '../../tamper/recorder.ts'
import { assertActive, assertAlive, assertRefused, assertRotated, REFRESH } from './expect.ts'

// One each, so that each racer's read is its own and the barrier can count them.
const RACERS = 64
const ONE_PROCESS = 'racers from several processes: all run in one'

interface Track {
  readonly wards: readonly Tokenward[]
  readonly barrier: Barrier
  readonly seen: Recorder
}

/** Wards whose reads wait for each other: every racer has read before the first one writes. */
async function layTrack(bench: Bench, overrides: Overrides = {}): Promise<Track> {
  const [line, seen] = [barrier(), recorder()]
  const through = chain(line.through, seen.through)
  return { wards: await bench.wards(RACERS, { ...overrides, through }), barrier: line, seen }
}

async function race<T>(track: Track, run: (ward: Tokenward) => Promise<T>): Promise<T[]> {
  track.seen.clear()
  track.barrier.set(RACERS)
  return await Promise.all(track.wards.map(run))
}

/** How many racers sent a conditional write on a record that stood there. */
function contenders(seen: Recorder, kind: Write['record']['kind']): number {
  const hit = (writes: readonly Write[]) =>
    writes.some(({ record, expected }) => record.kind === kind && expected !== null)
  return seen.writes.filter(hit).length
}

export const rotateRace: Case = {
  row: 6,
  name: 'rotate-race',
  level: 'engine',
  guards: 'a rotation is one compare-and-set on the family; who lost reads again and decides anew',
  gate: always,
  rounds: { some: 60, full: 10_000 },
  lacks: ONE_PROCESS,
  async run(bench) {
    for (const grace of ['0s', '10s'] as const) {
      const track = await layTrack(bench, { grace })
      const judge = await bench.ward({ grace })
      const reused: unknown[] = []
      for (const ward of track.wards) ward.on('reused', (event) => reused.push(event))
      let contended = 0
      for (let round = 0; round < bench.rounds; round++) {
        const login = await judge.issue({ subject: 'ada', client: 'web' })
        const answers = await race(track, (ward) => ward.rotate(login.refreshToken))
        if (contenders(track.seen, 'family') >= 2) contended++
        await judgeRotations(judge, login, answers, grace === '0s')
      }
      assert.deepEqual(reused, [], 'no racer is taken for a thief')
      bench.note(`grace ${grace}: ${contended} of ${bench.rounds} rounds had rival writes`)
      assert.ok(contended * 2 >= bench.rounds, 'at least half of the rounds were races')
    }
  },
}

async function judgeRotations(
  judge: Tokenward,
  login: Login,
  answers: readonly Rotation[],
  noGrace: boolean,
): Promise<void> {
  const active = answers.filter((answer) => answer.active)
  const winners = active.filter(({ retried }) => !retried)
  assert.equal(winners.length, 1, 'one rotation wins')
  const winner = winners[0]
  assert.ok(winner)
  assert.equal(active.length, noGrace ? 1 : answers.length, 'within grace, everybody is served')
  const identity = (token: string) => {
    const { jti, sid, iat, exp } = claimsOf(token)
    return { jti, sid, iat, exp }
  }
  for (const answer of active) {
    assert.deepEqual(identity(answer.refreshToken), identity(winner.refreshToken), 'one successor')
  }
  for (const answer of answers) if (!answer.active) assert.equal(answer.reason, 'consumed')
  await assertAlive(judge, winner, 'the winner')
  await assertRefused(judge, login.refreshToken, 'the used token', 'consumed', REFRESH)
}

export const consumeRace: Case = {
  name: 'consume-race',
  level: 'engine',
  guards: 'a consumption is one compare-and-set on the token; its own id tells who won',
  gate: always,
  rounds: { some: 60, full: 10_000 },
  lacks: ONE_PROCESS,
  async run(bench) {
    const track = await layTrack(bench)
    const judge = await bench.ward()
    let contended = 0
    for (let round = 0; round < bench.rounds; round++) {
      const { accessToken } = await judge.issue({ subject: 'ada', client: 'web', refresh: false })
      const answers = await race(track, (ward) => ward.consume(accessToken))
      if (contenders(track.seen, 'token') >= 2) contended++
      assert.equal(answers.filter(({ active }) => active).length, 1, 'one consumption wins')
      for (const answer of answers) if (!answer.active) assert.equal(answer.reason, 'consumed')
      await assertRefused(judge, accessToken, 'consumed', 'consumed')
    }
    bench.note(`${contended} of ${bench.rounds} rounds had rival writes`)
    assert.ok(contended * 2 >= bench.rounds, 'at least half of the rounds were races')
  },
}

export const rotationChain: Case = {
  name: 'rotation-chain',
  level: 'engine',
  guards: 'one record for a family however often it rotates, and every access token stands alone',
  gate: always,
  async run(bench) {
    const seen = recorder()
    const ward = await bench.ward({ through: seen.through })
    let login: Login = await ward.issue({ subject: 'ada', client: 'web' })
    const accessTokens = [login.accessToken]
    for (let generation = 2; generation <= 12; generation++) {
      const next = await ward.rotate(login.refreshToken)
      assertRotated(next, `generation ${generation}`)
      assert.equal(next.family, login.family)
      assert.equal(next.endsAt, login.endsAt, 'the end of the login never moves')
      login = next
      accessTokens.push(next.accessToken)
      bench.clock.advance(1_000)
    }
    const families = seen.writes.flat().filter(({ record }) => record.kind === 'family')
    assert.equal(new Set(families.map(({ record }) => record.key)).size, 1, 'one family record')
    for (const token of accessTokens) await assertActive(ward, token, 'of any generation')
  },
}
