import assert from 'node:assert/strict'
import type { TokenRepository } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline, fairTimeout } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { always, claims } from '../../suite/requirements.ts'
import {
  assertStored,
  changed,
  insertAll,
  makeRecord,
  readOne,
  sorted,
  writeOne,
} from './records.ts'

const claimedMembers: Case = {
  name: 'claimed-members',
  level: 'adapter',
  catches: 'list, prune and watch exist if they are claimed, and only then',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const { listing, pruning, notifications, maxBodyBytes } = repository.capabilities
    assert.equal(typeof repository.list === 'function', listing, 'list')
    assert.equal(typeof repository.prune === 'function', pruning, 'prune')
    assert.equal(typeof repository.watch === 'function', notifications, 'watch')
    assert.ok(Number.isSafeInteger(maxBodyBytes) && maxBodyBytes > 0, 'maxBodyBytes')
    assert.match(repository.name, /^[a-z][a-z0-9-]*$/, 'name')
    assert.equal(repository.namespace, context.namespace)
  },
}

const abortedSignal: Case = {
  name: 'aborted-signal',
  level: 'adapter',
  catches: 'a call after its deadline rejects and changes nothing',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const [record, stored] = [makeRecord(context), makeRecord(context)]
    await insertAll(repository, [stored])
    const signal = AbortSignal.abort()
    const replacement = { record: changed(context, stored), expected: stored.etag }
    const writes = sorted([{ record, expected: null }, replacement])
    const calls: Calls = {
      read: () => repository.read([stored.key], signal),
      write: () => repository.write(writes, signal),
      list: () => repository.list?.(null, null, 1, signal) ?? none(),
      prune: () => repository.prune?.(Date.now(), 1, true, signal) ?? none(),
    }
    for (const [name, call] of Object.entries(calls)) {
      await assertRejects(call, `${name} after its deadline`)
    }
    const unchanged = 'a rejected write changes nothing'
    assertStored(await readOne(repository, record.key), null, unchanged)
    assertStored(await readOne(repository, stored.key), stored, unchanged)
  },
}

const closedRepository: Case = {
  name: 'closed-repository',
  level: 'adapter',
  catches: 'a closed repository rejects, closes again without an error, and can be opened again',
  requires: always,
  async run(context) {
    const [repository, other] = [await context.repository(), await context.repository()]
    const record = makeRecord(context)
    await insertAll(repository, [record])
    await repository.close()
    await assert.doesNotReject(repository.close(), 'closed twice')
    await assertClosed(context, repository)
    assertStored(await readOne(other, record.key), record, 'a record outlives its writer')
    await assert.doesNotReject(repository.open(), 'opened again')
    assertStored(await readOne(repository, record.key), record, 'opened again')
  },
}

type Calls = Record<string, () => Promise<unknown>>

async function assertClosed(context: CaseContext, repository: TokenRepository): Promise<void> {
  const writes = [{ record: makeRecord(context), expected: null }]
  const calls: Calls = {
    read: () => repository.read([context.random.key()], deadline()),
    write: () => repository.write(writes, deadline()),
    list: () => repository.list?.(null, null, 1, deadline()) ?? none(),
    prune: () => repository.prune?.(Date.now(), 1, false, deadline()) ?? none(),
  }
  for (const [name, call] of Object.entries(calls)) {
    await assertRejects(call, `${name} on a closed repository`)
  }
}

const oppositeBatches: Case = {
  name: 'opposite-batches',
  level: 'adapter',
  catches: 'batches over the same keys never deadlock',
  requires: always,
  rounds: { quick: 20, full: 500 },
  gaps: 'a hostile default isolation level: no server here can be given one',
  async run(context) {
    const repositories = await Promise.all([context.repository(), context.repository()])
    for (let round = 0; round < context.rounds; round++) {
      const records = Array.from({ length: 32 }, () => makeRecord(context))
      const rival = records.map((record) => changed(context, record))
      const answers = await Promise.all(
        [records, rival].map((side, i) => {
          const batch = sorted(side.map((record) => ({ record, expected: null })))
          return (repositories[i] as TokenRepository).write(batch, deadline())
        }),
      )
      for (const at of records.keys()) {
        const wins = answers.filter((answer) => answer[at] === true)
        assert.equal(wins.length, 1, 'of two racing inserts, one is answered true')
      }
    }
  },
}

const watchNotifications: Case = {
  name: 'watch-notifications',
  level: 'adapter',
  catches: 'watch reports a change that another repository made, until it is stopped',
  requires: claims('notifications'),
  async run(context) {
    const [watcher, writer] = [await context.repository(), await context.repository()]
    const record = makeRecord(context)
    const first = await listen(watcher)
    await insertAll(writer, [record])
    await first.reported(record.key)
    await first.stop()
    const second = await listen(watcher)
    const next = makeRecord(context)
    await insertAll(writer, [next])
    await second.reported(next.key)
    second.keys.clear()
    assert.equal(await writeOne(writer, changed(context, next), next.etag), true)
    await second.reported(next.key)
    await second.stop()
    assert.equal(first.keys.has(next.key), false, 'a notification after the end')
  },
}

/** ms: a notification that comes later than this is useless. */
const NOTIFICATION_TIMEOUT_MS = 2_000

async function listen(watcher: TokenRepository) {
  assert.ok(watcher.watch, 'watch is claimed')
  const keys = new Set<string>()
  let onChange = () => {}
  const stop = await watcher.watch((key) => {
    keys.add(key)
    onChange()
  })
  const reported = async (key: string) => {
    const late = fairTimeout(NOTIFICATION_TIMEOUT_MS)
    while (!keys.has(key)) {
      await new Promise<void>((resolve, reject) => {
        onChange = resolve
        late.addEventListener('abort', () => reject(new Error('no notification of a change')))
      })
    }
  }
  return { keys, stop, reported }
}

/** The call rejects; it does not throw before it returns a promise. */
async function assertRejects(call: () => Promise<unknown>, what: string): Promise<void> {
  let answer: Promise<unknown>
  try {
    answer = call()
  } catch (error) {
    assert.fail(`${what} threw instead of rejecting: ${error}`)
  }
  await assert.rejects(answer, what)
}

function none(): Promise<never> {
  return Promise.reject(new Error('not claimed'))
}

export const cases: readonly Case[] = [
  watchNotifications,
  claimedMembers,
  abortedSignal,
  closedRepository,
  oppositeBatches,
]
