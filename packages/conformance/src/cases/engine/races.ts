import assert from 'node:assert/strict'
import type { Login, RotateResult, Tokenward, VerifyResult } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { claimsOf } from '../../harness/handmade-tokens.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { startTaskRunner, type TaskRunner } from '../../workers/task-runner.ts'
import type { Race, Ran } from '../../workers/tasks/race.ts'
import {
  assertActive,
  assertLoginActive,
  assertRefused,
  assertRotated,
  REFRESH,
} from './assertions.ts'

const RACERS = 64
const PROCESSES = 4
const GRACES = ['0s', '10s'] as const

/** One race: the racers start after the store's answers, and every other time before them. */
function racesOf(token: string, grace: Race['grace'], round: number, { size }: TaskRunner): Race[] {
  const place = round % 2 === 0 ? 'after' : 'before'
  return Array.from({ length: size }, () => ({ token, grace, place, racers: RACERS / size }))
}

/** Counts the rounds that were races: with at least two conditional writes, and from two processes. */
class Rivalry {
  readonly #size: number
  #rounds = 0
  #rivals = 0
  #processes = 0

  constructor({ size }: TaskRunner) {
    this.#size = size
  }

  count(ran: readonly Ran<unknown>[]): void {
    this.#rounds++
    if (ran.reduce((sum, { rivals }) => sum + rivals, 0) >= 2) this.#rivals++
    if (ran.filter(({ rivals }) => rivals > 0).length >= 2) this.#processes++
  }

  /** At least half of the rounds must have been races. */
  runCaseOn(context: CaseContext, what: string): void {
    const from = `${RACERS} racers from ${this.#size === 1 ? '1 process' : `${this.#size} processes`}`
    const apart = this.#size === 1 ? '' : `, ${this.#processes} from two processes or more`
    context.note(
      `${what}, ${from}: ${this.#rivals} of ${this.#rounds} rounds had rival writes${apart}`,
    )
    assert.ok(this.#rivals * 2 >= this.#rounds, 'at least half of the rounds were races')
    const enough = this.#size === 1 || this.#processes * 2 >= this.#rounds
    assert.ok(enough, 'at least half of the rounds were races between processes')
  }
}

export const rotateRace: Case = {
  planRow: 6,
  name: 'rotate-race',
  level: 'engine',
  catches: 'a rotation is one compare-and-set on the session; a loser reads and decides again',
  requires: always,
  rounds: { quick: 25, full: 10_000 },
  async run(context) {
    const runCaseOn = await context.instance()
    const runners = await startTaskRunner(context, PROCESSES)
    for (const grace of GRACES) {
      const rivalry = new Rivalry(runners)
      for (let round = 0; round < context.rounds; round++) {
        context.clock.set(Date.now()) // All rounds together take longer than the retention of a token.
        const login = await runCaseOn.issue({ subject: 'ada', client: 'web' })
        const races = racesOf(login.refreshToken, grace, round, runners)
        const ran = await runners.run('race-to-rotate', races)
        rivalry.count(ran)
        assert.ok(
          ran.every(({ reused }) => reused === 0),
          'no reuse is reported for a racer',
        )
        await checkRotations(
          runCaseOn,
          login,
          ran.flatMap(({ answers }) => answers),
          grace === '0s',
        )
      }
      rivalry.runCaseOn(context, `grace ${grace}`)
    }
  },
}

async function checkRotations(
  runCaseOn: Tokenward,
  login: Login,
  answers: readonly RotateResult[],
  noGrace: boolean,
): Promise<void> {
  assert.equal(answers.length, RACERS)
  const active = answers.filter((answer) => answer.active)
  const winners = active.filter(({ retried }) => !retried)
  assert.equal(winners.length, 1, 'one rotation wins')
  const winner = winners[0]
  assert.ok(winner)
  assert.equal(
    active.length,
    noGrace ? 1 : answers.length,
    'within the grace period, every racer gets a successor',
  )
  const identity = (token: string) => {
    const { jti, sid, iat, exp } = claimsOf(token)
    return { jti, sid, iat, exp }
  }
  for (const answer of active) {
    assert.deepEqual(identity(answer.refreshToken), identity(winner.refreshToken), 'one successor')
  }
  for (const answer of answers) if (!answer.active) assert.equal(answer.reason, 'consumed')
  await assertLoginActive(runCaseOn, winner, 'the winner')
  await assertRefused(runCaseOn, login.refreshToken, 'the used token', 'consumed', REFRESH)
}

export const consumeRace: Case = {
  name: 'consume-race',
  level: 'engine',
  catches:
    'a consumption is one compare-and-set on the token, whatever the grace period of rotations',
  requires: always,
  rounds: { quick: 30, full: 10_000 },
  async run(context) {
    const runCaseOn = await context.instance()
    const runners = await startTaskRunner(context, PROCESSES)
    for (const grace of GRACES) {
      const rivalry = new Rivalry(runners)
      for (let round = 0; round < context.rounds; round++) {
        context.clock.set(Date.now()) // All rounds together take longer than the retention of a token.
        const { accessToken } = await runCaseOn.issue({
          subject: 'ada',
          client: 'web',
          refresh: false,
        })
        const races = racesOf(accessToken, grace, round, runners)
        const ran = await runners.run('race-to-consume', races)
        rivalry.count(ran)
        const answers = ran.flatMap((each) => each.answers)
        await checkConsumptions(runCaseOn, accessToken, answers)
      }
      rivalry.runCaseOn(context, `grace ${grace}`)
    }
  },
}

async function checkConsumptions(
  runCaseOn: Tokenward,
  token: string,
  answers: readonly VerifyResult[],
): Promise<void> {
  assert.equal(answers.length, RACERS)
  assert.equal(answers.filter(({ active }) => active).length, 1, 'one consumption wins')
  for (const answer of answers) if (!answer.active) assert.equal(answer.reason, 'consumed')
  await assertRefused(runCaseOn, token, 'the used token', 'consumed')
}

const rotationChain: Case = {
  name: 'rotation-chain',
  level: 'engine',
  catches: 'one record per session however often it rotates, and every access token is independent',
  requires: always,
  async run(context) {
    const seen = recordCalls()
    const instance = await context.instance({ wrap: seen.wrap })
    let login: Login = await instance.issue({ subject: 'ada', client: 'web' })
    const accessTokens = [login.accessToken]
    for (let generation = 2; generation <= 12; generation++) {
      const next = await instance.rotate(login.refreshToken)
      assertRotated(next, `generation ${generation}`)
      assert.equal(next.session, login.session)
      assert.equal(next.endsAt, login.endsAt, 'the end of the login never moves')
      login = next
      accessTokens.push(next.accessToken)
      context.clock.advance(1_000)
    }
    const sessions = seen.writes.flat().filter(({ record }) => record.kind === 'session')
    assert.equal(new Set(sessions.map(({ record }) => record.key)).size, 1, 'one session record')
    for (const token of accessTokens) await assertActive(instance, token, 'of any generation')
  },
}

export const cases: readonly Case[] = [rotateRace, consumeRace, rotationChain]
