import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { footprint } from '../../harness/footprint.ts'
import { deadline, fairTimeout } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { changed, insertAll, keysOf, makeRecord, makeRecords, readOne, sorted } from './records.ts'

const SESSIONS = 8
/** For connections that end a little after close(). */
const ENDING_MS = 5 * SECOND
/** In so many turns of a timer, nothing more has ended. */
const QUIET_TURNS = 30

const nothingLeftOpen: Case = {
  name: 'nothing-left-open',
  level: 'adapter',
  catches: 'close() ends every connection, file and timer that open() began',
  requires: always,
  async run(context) {
    // What is opened once for the whole process is open before the count.
    for (let i = 0; i < 2; i++) await oneSession(context)
    const before = await settledResources()
    for (let i = 0; i < SESSIONS; i++) await oneSession(context)
    const late = fairTimeout(ENDING_MS)
    const left = () => openResources() - before
    while (left() >= SESSIONS && !late.aborted) await new Promise((next) => setTimeout(next, 10))
    assert.ok(left() < SESSIONS, `${left()} more are open after ${SESSIONS} sessions`)
  },
}

async function oneSession(context: CaseContext): Promise<void> {
  const repository = context.environment.connect(context.environment.server.url, context.namespace)
  await repository.open()
  await repository.watch?.(() => undefined)
  await insertAll(repository, [makeRecord(context)])
  await readOne(repository, context.random.key())
  await repository.close()
}

/** Once no more of them end: sockets that are still closing would make room for a leak. */
async function settledResources(): Promise<number> {
  let least = openResources()
  for (let turn = 0; turn < QUIET_TURNS; turn++) {
    await new Promise((next) => setTimeout(next, 10))
    if (openResources() >= least) continue
    least = openResources()
    turn = 0
  }
  return least
}

/** Sockets, timers, and where the system lists them, open files. */
function openResources(): number {
  return process.getActiveResourcesInfo().length + openFiles()
}

function openFiles(): number {
  try {
    return readdirSync('/dev/fd').length
  } catch {
    return 0
  }
}

const SIDE_BY_SIDE = 64
const BATCHES = 8
/** Bytes that may be left of each call, and bytes that a driver or the engine may need for itself. */
const [PER_CALL, AT_ALL] = [256, 1_048_576]

const memoryPerCall: Case = {
  name: 'memory-per-call',
  level: 'adapter',
  catches: 'nothing is kept of a call that has ended, not even a little',
  requires: always,
  rounds: { quick: 3, full: 400 },
  async run(context) {
    const repository = await context.repository()
    let records = makeRecords(context, SIDE_BY_SIDE)
    await insertAll(repository, records)
    const oneRound = async () => {
      for (let batch = 0; batch < BATCHES; batch++)
        records = await callSideBySide(context, repository, records)
    }
    await oneRound()
    const before = await footprint()
    for (let round = 0; round < context.rounds; round++) await oneRound()
    const after = await footprint()
    const calls = context.rounds * BATCHES * SIDE_BY_SIDE
    const grown = after.heap + after.external - before.heap - before.external
    context.note(`${calls} calls left ${grown} bytes`)
    const isWell = grown < AT_ALL + PER_CALL * calls
    assert.ok(isWell, `${Math.round(grown / calls)} bytes are left of each call, of ${calls}`)
  },
}

/**
 * Most calls are reads, because a durable store takes its time for a replacement. They share a deadline: each
 * keeps a little of its own until it has passed.
 */
async function callSideBySide(
  context: CaseContext,
  repository: TokenRepository,
  records: readonly StoredRecord[],
): Promise<StoredRecord[]> {
  const late = deadline()
  return await Promise.all(
    records.map(async (record, i) => {
      if (i % 8 > 0) {
        await readOne(repository, record.key, late)
        return record
      }
      const next = changed(context, record)
      const [done] = await repository.write([{ record: next, expected: record.etag }], late)
      return done ? next : record
    }),
  )
}

/** ms: a call may compute for a while, but not for a second. */
const LONGEST = SECOND
/** On a busy machine the process itself may stop for a moment, but not each time. */
const TRIES = 3

const threadNotBlocked: Case = {
  name: 'thread-not-blocked',
  level: 'adapter',
  catches: 'a large call lets timers and other calls go on: it never blocks the thread for long',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const records = makeRecords(context, 256, { body: 'x'.repeat(2_048) })
    const writes = sorted(records.map((record) => ({ record, expected: null })))
    const calls: Record<string, () => Promise<unknown> | undefined> = {
      write: () => repository.write(writes, deadline()),
      read: () => repository.read(keysOf(writes), deadline()),
      list: () => repository.list?.(null, null, 1_000, deadline()),
      prune: () => repository.prune?.(Date.now(), 1_000, true, deadline()),
    }
    for (const [name, call] of Object.entries(calls)) {
      let shortest = Number.POSITIVE_INFINITY
      for (let i = 0; i < TRIES && shortest > LONGEST; i++)
        shortest = Math.min(shortest, await longestStop(call))
      assert.ok(shortest < LONGEST, `a ${name} blocks the thread for ${Math.round(shortest)} ms`)
    }
  },
}

/** The longest time between two turns of a timer while the call is under way, in ms. */
async function longestStop(call: () => Promise<unknown> | undefined): Promise<number> {
  let [last, longest] = [performance.now(), 0]
  const turn = () => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }
  const timer = setInterval(turn, 10)
  await call()
  turn()
  clearInterval(timer)
  return longest
}

export const cases: readonly Case[] = [nothingLeftOpen, memoryPerCall, threadNotBlocked]
