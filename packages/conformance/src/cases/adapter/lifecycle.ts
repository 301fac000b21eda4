import assert from 'node:assert/strict'
import type { TokenRepository } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { patience } from '../../harness/deadline.ts'
import { fairTimeout } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { always, claims } from '../../suite/requirements.ts'
import { assertStands, changed, insertAll, makeRecord, readOne, sorted } from './records.ts'

const claimedMembers: Case = {
  name: 'claimed-members',
  level: 'adapter',
  guards: 'list, prune and watch are there if they are claimed, and only then',
  gate: always,
  async run(bench) {
    const repository = await bench.repository()
    const { listing, pruning, notifications, maxBodyBytes } = repository.capabilities
    assert.equal(typeof repository.list === 'function', listing, 'list')
    assert.equal(typeof repository.prune === 'function', pruning, 'prune')
    assert.equal(typeof repository.watch === 'function', notifications, 'watch')
    assert.ok(Number.isSafeInteger(maxBodyBytes) && maxBodyBytes > 0, 'maxBodyBytes')
    assert.match(repository.name, /^[a-z][a-z0-9-]*$/, 'name')
    assert.equal(repository.namespace, bench.namespace)
  },
}

const abortedSignal: Case = {
  name: 'aborted-signal',
  level: 'adapter',
  guards: 'a call after its deadline rejects and changes nothing',
  gate: always,
  async run(bench) {
    const repository = await bench.repository()
    const [record, standing] = [makeRecord(bench), makeRecord(bench)]
    await insertAll(repository, [standing])
    const signal = AbortSignal.abort()
    const replacement = { record: changed(bench, standing), expected: standing.etag }
    const writes = sorted([{ record, expected: null }, replacement])
    const calls: Calls = {
      read: () => repository.read([standing.key], signal),
      write: () => repository.write(writes, signal),
      list: () => repository.list?.(null, null, 1, signal) ?? none(),
      prune: () => repository.prune?.(Date.now(), 1, true, signal) ?? none(),
    }
    for (const [name, call] of Object.entries(calls)) {
      await assertRejects(call, `${name} after its deadline`)
    }
    const unchanged = 'a rejected write changes nothing'
    assertStands(await readOne(repository, record.key), null, unchanged)
    assertStands(await readOne(repository, standing.key), standing, unchanged)
  },
}

const closedRepository: Case = {
  name: 'closed-repository',
  level: 'adapter',
  guards: 'a closed repository rejects, closes twice in peace, and can be opened again',
  gate: always,
  async run(bench) {
    const [repository, other] = [await bench.repository(), await bench.repository()]
    const record = makeRecord(bench)
    await insertAll(repository, [record])
    await repository.close()
    await assert.doesNotReject(repository.close(), 'closed twice')
    await assertClosed(bench, repository)
    assertStands(await readOne(other, record.key), record, 'a record outlives who wrote it')
    await assert.doesNotReject(repository.open(), 'opened again')
    assertStands(await readOne(repository, record.key), record, 'opened again')
  },
}

type Calls = Record<string, () => Promise<unknown>>

async function assertClosed(bench: Bench, repository: TokenRepository): Promise<void> {
  const writes = [{ record: makeRecord(bench), expected: null }]
  const calls: Calls = {
    read: () => repository.read([bench.random.hex(64)], patience()),
    write: () => repository.write(writes, patience()),
    list: () => repository.list?.(null, null, 1, patience()) ?? none(),
    prune: () => repository.prune?.(Date.now(), 1, false, patience()) ?? none(),
  }
  for (const [name, call] of Object.entries(calls)) {
    await assertRejects(call, `${name} on a closed repository`)
  }
}

const oppositeBatches: Case = {
  name: 'opposite-batches',
  level: 'adapter',
  guards: 'batches over the same keys never lock each other out',
  gate: always,
  rounds: { some: 20, full: 500 },
  lacks: 'a hostile default isolation level: no server here has one to set',
  async run(bench) {
    const repositories = await Promise.all([bench.repository(), bench.repository()])
    for (let round = 0; round < bench.rounds; round++) {
      const records = Array.from({ length: 32 }, () => makeRecord(bench))
      const rival = records.map((record) => changed(bench, record))
      const answers = await Promise.all(
        [records, rival].map((side, i) => {
          const batch = sorted(side.map((record) => ({ record, expected: null })))
          return (repositories[i] as TokenRepository).write(batch, patience())
        }),
      )
      for (const at of records.keys()) {
        const wins = answers.filter((answer) => answer[at] === true)
        assert.equal(wins.length, 1, 'of two racing inserts, one is answered true')
      }
    }
  },
}

const watchHints: Case = {
  name: 'watch-hints',
  level: 'adapter',
  guards: 'watch tells of a change that another repository made, until it is stopped',
  gate: claims('notifications'),
  async run(bench) {
    const [watcher, writer] = [await bench.repository(), await bench.repository()]
    const record = makeRecord(bench)
    const first = await listen(watcher)
    await insertAll(writer, [record])
    await first.heard(record.key)
    await first.stop()
    const second = await listen(watcher)
    const next = makeRecord(bench)
    await insertAll(writer, [next])
    await second.heard(next.key)
    await second.stop()
    assert.equal(first.keys.has(next.key), false, 'a hint after the end')
  },
}

/** ms: a hint that comes later than this helps nobody. */
const HINT_PATIENCE = 2_000

async function listen(watcher: TokenRepository) {
  assert.ok(watcher.watch, 'watch is claimed')
  const keys = new Set<string>()
  let told = () => {}
  const stop = await watcher.watch((key) => {
    keys.add(key)
    told()
  })
  const heard = async (key: string) => {
    const late = fairTimeout(HINT_PATIENCE)
    while (!keys.has(key)) {
      await new Promise<void>((resolve, reject) => {
        told = resolve
        late.addEventListener('abort', () => reject(new Error('no hint of a change')))
      })
    }
  }
  return { keys, stop, heard }
}

/** Rejects, and does not throw before there is a promise. */
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
  watchHints,
  claimedMembers,
  abortedSignal,
  closedRepository,
  oppositeBatches,
]
