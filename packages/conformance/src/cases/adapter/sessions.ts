import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { isTokenwardError } from '@tokenward/core'
import type { TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline } from '../../harness/timeouts.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertStored, insertAll, makeRecord, readOne } from './records.ts'

const beforeOpen: Case = {
  name: 'before-open',
  level: 'adapter',
  catches: 'a repository that was not opened connects to nothing and rejects with TOKENWARD_CLOSED',
  requires: always,
  async run(context) {
    const repository = unopened(context)
    await assertClosed(context, repository, 'before open()')
    await repository.open()
    assertStored(await readOne(repository, context.random.key()), null, 'after open()')
  },
}

const closedCode: Case = {
  name: 'closed-code',
  level: 'adapter',
  catches: 'after close(), every call rejects with TOKENWARD_CLOSED, so that core knows why',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    await repository.close()
    await assertClosed(context, repository, 'after close()')
  },
}

/** More than Node accepts on one target before it warns of a leak. */
const CALLS = 12

const signalListeners: Case = {
  name: 'signal-listeners',
  level: 'adapter',
  catches: 'a call that resolved or was aborted leaves no listener on its signal',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const record = makeRecord(context)
    await insertAll(repository, [record])
    const { signal } = new AbortController()
    for (let calls = 0; calls < CALLS; calls++) {
      await repository.read([record.key], signal)
      await repository.write([{ record, expected: record.etag }], signal)
      await repository.list?.(null, null, 1, signal)
      await repository.prune?.(0, 1, true, signal)
    }
    assertNoListeners(signal)
    for (let turns = 0; turns < CALLS; turns++) {
      const controller = new AbortController()
      const reading = repository.read([record.key], controller.signal).catch(() => null)
      for (let turn = 0; turn < turns; turn++) await undefined
      controller.abort()
      await reading
      assertNoListeners(controller.signal)
    }
  },
}

function assertNoListeners(signal: AbortSignal): void {
  const left = getEventListeners(signal, 'abort').length
  assert.equal(left, 0, `${left} listeners are left on the signal`)
}

const concurrentOpen: Case = {
  name: 'concurrent-open',
  level: 'adapter',
  catches:
    'open() of several callers is one session; close() ends it for all, and open() begins the next',
  requires: always,
  async run(context) {
    const repository = unopened(context)
    const record = makeRecord(context)
    const findings = await Promise.all([1, 2, 3].map(() => repository.open()))
    for (const each of findings)
      assert.deepEqual(each, findings[0], 'each caller gets the findings')
    await insertAll(repository, [record])
    await repository.open()
    assertStored(await readOne(repository, record.key), record, 'opened while it is open')
    await repository.close()
    await assertClosed(context, repository, 'closed after several open()')
    for (let round = 0; round < 8; round++) await closeWhileOpening(context, repository, round)
    for (let round = 0; round < 8; round++) await openWhileClosing(repository, round)
    assertStored(await readOne(repository, record.key), record, 'opened again')
  },
}

/** @param turns of the event loop between open() and close() */
async function closeWhileOpening(
  context: CaseContext,
  repository: TokenRepository,
  turns: number,
): Promise<void> {
  const opening = [repository.open(), repository.open()].map(failureOf)
  await eventLoopTurns(turns)
  await repository.close()
  assertOpenedOrClosed(await Promise.all(opening))
  await assertClosed(context, repository, 'closed while it was opening')
}

/** Leaves it open. @param turns of the event loop between open() and close() */
async function openWhileClosing(repository: TokenRepository, turns: number): Promise<void> {
  await repository.close()
  const opening = failureOf(repository.open())
  await eventLoopTurns(turns)
  const closing = repository.close()
  const next = repository.open()
  await closing
  assertOpenedOrClosed([await opening])
  await next
  await assert.doesNotReject(
    repository.read(['0'.repeat(24)], deadline()),
    'an open() that close() ended must not close the next session',
  )
}

function assertOpenedOrClosed(failures: readonly unknown[]): void {
  for (const failure of failures) {
    if (failure !== null) assertIsClosed(failure, 'an open() that close() ends')
  }
}

function unopened(context: CaseContext): TokenRepository {
  const { connect, server } = context.environment
  const repository = connect(server.url, context.namespace)
  context.onClose(() => repository.close())
  return repository
}

async function assertClosed(
  context: CaseContext,
  repository: TokenRepository,
  when: string,
): Promise<void> {
  const calls: Record<string, (() => Promise<unknown>) | undefined> = {
    read: () => repository.read([context.random.key()], deadline()),
    'read of no keys': () => repository.read([], deadline()),
    write: () => repository.write([{ record: makeRecord(context), expected: null }], deadline()),
    list:
      repository.list && (() => repository.list?.(null, null, 1, deadline()) as Promise<unknown>),
    prune:
      repository.prune && (() => repository.prune?.(0, 1, true, deadline()) as Promise<unknown>),
    watch: repository.watch && (() => repository.watch?.(() => undefined) as Promise<unknown>),
    migrate: repository.migrate && (() => repository.migrate?.(true) as Promise<unknown>),
  }
  for (const [name, call] of Object.entries(calls)) {
    if (call === undefined) continue
    assertIsClosed(await failureOf(call()), `${name}() ${when}`)
  }
}

function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: unknown) => error,
  )
}

function assertIsClosed(failure: unknown, what: string): void {
  const shown = failure instanceof Error ? failure.message : 'no error'
  const isClosed = isTokenwardError(failure, 'TOKENWARD_CLOSED')
  assert.ok(isClosed, `${what} must reject with TOKENWARD_CLOSED, not with: ${shown}`)
}

export const cases: readonly Case[] = [beforeOpen, closedCode, signalListeners, concurrentOpen]
