import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept } from '../../interceptors/intercept.ts'
import { keysOf, mapReads, perNamespace, put } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type Read = TokenRepository['read']
type Found = StoredRecord | null

/** How far a replica is behind, ms. */
const LAG = 30

interface Superseded {
  readonly before: Found
  readonly by: TokenRepository
}

const replicas = perNamespace(() => ({ reads: 0, before: new Map<string, Found>() }))
const journals = perNamespace(() => new Map<string, Superseded>())

/** Reads that go to another store, or return something else. */
export const freshness: readonly KnownBadAdapter[] = defineAdapters({
  'replica-read': {
    mutation: 'reads from a replica that is behind, except for its own writes',
    caughtBy: 'insert-if-absent',
    failureMatches: /acknowledged, and not there for another/,
    wrap: (inner) => behind(inner, journals(inner)),
  },
  'replica-read-at-times': {
    mutation: 'one read in sixteen goes to a replica, which is one change behind',
    caughtBy: 'linearizable-register',
    failureMatches: /^not linearizable/,
    wrap(inner) {
      const replica = replicas(inner)
      return intercept(inner, {
        async read(pass, keys, signal) {
          const found = await pass(keys, signal)
          const isBehind = ++replica.reads % 16 === 0
          return isBehind
            ? keys.map((key, i) => replica.before.get(key) ?? found[i] ?? null)
            : found
        },
        async write(pass, writes, signal) {
          const before = await inner.read(keysOf(writes), signal)
          const answers = await pass(writes, signal)
          for (const [i, key] of keysOf(writes).entries()) {
            if (answers[i]) replica.before.set(key, before[i] ?? null)
          }
          return answers
        },
      })
    },
  },
  'reads-joined-in-flight': {
    mutation: 'a read joins a pending one of the same keys',
    caughtBy: 'reads-not-coalesced',
    failureMatches: /older than the question/,
    wrap(inner) {
      const underWay = new Map<string, ReturnType<Read>>()
      return intercept(inner, {
        read(pass, keys, signal) {
          const asked = keys.join()
          const joined = underWay.get(asked)
          if (joined) return joined
          // A network is slower than a test's memory: the answer exists, and is on its way.
          const answer = pass(keys, signal)
            .then((found) => eventLoopTurns(3).then(() => found))
            .finally(() => underWay.delete(asked))
          underWay.set(asked, answer)
          return answer
        },
      })
    },
  },
  'lost-records-restored': {
    mutation: 'restores its own writes that are missing, as a client does that replays its log',
    caughtBy: 'root-recreated',
    failureMatches: /without a root/,
    wrap(inner) {
      const log = new Map<string, StoredRecord>()
      return intercept(inner, {
        async read(pass, keys, signal) {
          const found = await pass(keys, signal)
          return await Promise.all(
            found.map(async (record, i) => {
              const lost = record ? undefined : log.get(keys[i] ?? '')
              if (lost) await put(inner, lost, signal)
              return record ?? lost ?? null
            }),
          )
        },
        async write(pass, writes, signal) {
          const answers = await pass(writes, signal)
          for (const [i, { record }] of writes.entries()) {
            if (answers[i]) log.set(record.key, record)
          }
          return answers
        },
      })
    },
  },
  'corrupt-as-null': {
    mutation: 'returns null where it cannot read the stored record',
    caughtBy: 'unreadable-bytes',
    failureMatches: /stored bytes of a cutoff: \w+ accepted/,
    wrap: (inner) =>
      mapReads(inner, (found) =>
        found.map((record) => (record?.body.startsWith('{') ? record : null)),
      ),
  },
})

function behind(inner: TokenRepository, journal: Map<string, Superseded>): TokenRepository {
  return intercept(inner, {
    async read(pass, keys, signal) {
      const found = await pass(keys, signal)
      return found.map((record, i) => {
        const superseded = journal.get(keys[i] ?? '')
        return superseded && superseded.by !== inner ? superseded.before : record
      })
    },
    async write(pass, writes, signal) {
      const before = await inner.read(keysOf(writes), signal)
      const answers = await pass(writes, signal)
      for (const [i, { record }] of writes.entries()) {
        if (!answers[i] || journal.has(record.key)) continue
        journal.set(record.key, { before: before[i] ?? null, by: inner })
        setTimeout(() => journal.delete(record.key), LAG).unref()
      }
      return answers
    },
  })
}
