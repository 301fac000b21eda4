import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, durable } from '../../suite/requirements.ts'
import {
  type Line,
  nameOfLine,
  type Ticket,
  type WrittenTokens,
} from '../../workers/tasks/write.ts'
import { WorkerPool } from '../../workers/worker-pool.ts'
import {
  assertActive,
  assertLoginActive,
  assertLoginRefused,
  assertRefused,
  assertRotated,
  REFRESH,
} from './assertions.ts'

const WRITERS = 2
/** A writer is killed this many ms after it started its work, at the latest. */
const LONGEST = 80
/**
 * Limit of tries, as a multiple of the rounds, until one is killed at work: a busy machine may delay
 * them.
 */
const MOST = 20
/** More than one writer can make in its life. */
const ENDLESS = 1_000_000

export const kill9Client: Case = {
  planRow: 11,
  name: 'kill9-client',
  level: 'engine',
  catches:
    'what was acknowledged stays stored when the client dies; an interrupted call did all of its work or none',
  requires: all(durable, claims('shared')),
  rounds: { quick: 6, full: 60 },
  async run(context) {
    const folder = await mkdtemp(join(tmpdir(), 'tokenward-writers-'))
    context.onClose(() => rm(folder, { recursive: true }))
    // A dead client's lock would block it without end.
    const instance = await context.instance()
    let [initial, cut] = [0, 0]
    const isEnough = () => initial > 0 && cut > 0
    let kill = 0
    for (; kill < context.rounds || (!isEnough() && kill < MOST * context.rounds); kill++) {
      const logs = Array.from({ length: WRITERS }, (_, i) => join(folder, `${kill}-${i}`))
      await writeAndDie(context, logs)
      await assertLoginActive(
        instance,
        await instance.issue({ subject: 'ada', client: 'web' }),
        'a new login',
      )
      const last = (await Promise.all(logs.map(lastLines))).flat()
      for (const line of last) await checkLine(instance, line)
      const unknown = last.filter(({ step }) => step.endsWith('ing')).length
      cut += unknown
      initial += last.length - unknown
    }
    context.note(
      `${kill} × ${WRITERS} writers killed: ${initial} things acknowledged, ${cut} were interrupted`,
    )
    assert.ok(isEnough(), 'the writers were killed during their work')
  },
}

/** Writers that are killed one by one, each at its own instant. */
async function writeAndDie(context: CaseContext, logs: readonly string[]): Promise<void> {
  const pool = await WorkerPool.start(context, WRITERS)
  const write = (things: number) =>
    pool.run(
      'write',
      logs.map((log) => ({ log, things })),
    )
  await write(4)
  const rest = handleLater(write(ENDLESS))
  const lives = logs.map(() => context.random.below(LONGEST))
  const die = async (ms: number, member: number) => {
    await pause(ms)
    await pool.kill(member)
  }
  await Promise.all(lives.map(die))
  await rest.catch((error: Error) => {
    // A writer that ends for another reason is a failure.
    if (!error.message.includes('ended by SIGKILL')) throw error
  })
}

/** The last known state of everything that a writer worked on. */
async function lastLines(log: string): Promise<Line[]> {
  // The last line is empty, or was not written completely.
  const lines = (await readFile(log, 'utf8')).split('\n').slice(0, -1)
  const last = new Map<string, Line>()
  for (const line of lines.map((text) => JSON.parse(text) as Line)) last.set(nameOfLine(line), line)
  return [...last.values()]
}

async function checkLine(instance: Tokenward, line: Line): Promise<void> {
  if ('ticket' in line) await checkTicket(instance, line.step, line.ticket)
  else if (line.step === 'issued') await assertLoginActive(instance, line.login, 'issued')
  else if (line.step === 'revoked') await checkRevoked(instance, line.login, 'revoked')
  else if (line.step === 'rotating') await repeatRotation(instance, line.login)
  else if (line.step === 'revoking') await repeatRevocation(instance, line.login)
  else if (line.step === 'rotated') {
    await assertLoginActive(instance, line.login, 'rotated')
    await assertRefused(instance, line.used.refreshToken, 'rotated, used', 'consumed', REFRESH)
  }
}

async function checkTicket(instance: Tokenward, step: string, ticket: Ticket): Promise<void> {
  const { accessToken, subject } = ticket
  if (step === 'got') await assertActive(instance, accessToken, 'issued')
  if (step === 'consuming') {
    const again = await instance.consume(accessToken, { idempotencyKey: subject })
    assert.equal(again.active, true, 'a consumption that was interrupted can be repeated')
  }
  if (step !== 'got') await assertRefused(instance, accessToken, step, 'consumed')
}

/** Whatever the first call did, within the grace period the second returns the one successor. */
async function repeatRotation(instance: Tokenward, { refreshToken }: WrittenTokens): Promise<void> {
  const before = await instance.verify(refreshToken, REFRESH)
  if (!before.active) assert.equal(before.reason, 'consumed', 'a rotation that was cut')
  const next = await instance.rotate(refreshToken)
  assertRotated(next, 'a rotation that was cut')
  assert.equal(next.retried, !before.active, 'it had happened or not, and stays so')
  await assertLoginActive(instance, next, 'a rotation that was cut and repeated')
}

async function repeatRevocation(instance: Tokenward, login: WrittenTokens): Promise<void> {
  const before = await instance.verify(login.accessToken)
  if (!before.active) assert.equal(before.reason, 'revoked', 'a revocation that was cut')
  const revoked = await instance.revoke({ session: login.session })
  assert.equal(revoked.revoked, true)
  await checkRevoked(instance, login, 'a revocation that was cut and repeated')
}

async function checkRevoked(
  instance: Tokenward,
  login: WrittenTokens,
  what: string,
): Promise<void> {
  await assertRefused(instance, login.accessToken, what, 'revoked')
  await assertLoginRefused(instance, login, what)
}

export const cases: readonly Case[] = [kill9Client]
