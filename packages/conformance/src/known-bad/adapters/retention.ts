import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { DAY, HOUR, SECOND } from '../../harness/clock.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { mapReads, mapWrites, perNamespace } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'
import { deleting, hiding } from './lost-records.ts'

const keysSeen = perNamespace(() => new Set<string>())
/** By etag. */
const trueEnds = perNamespace(() => new Map<string, number>())
const firstEnds = perNamespace(() => new Map<string, number>())

/** The store's own expiry. */
export const retention: readonly KnownBadAdapter[] = defineAdapters({
  'ttl-zero-forever': {
    mutation: 'a TTL that is past becomes 0, which the store takes for "no expiry"',
    caughtBy: 'past-retention',
    failureMatches: /an insert/,
    wrap: (inner) => renewed(inner, (record) => ({ ...record, retainUntil: Date.now() + HOUR })),
  },
  'past-dropped-as-kept': {
    mutation: 'a record whose retention is past is dropped, and true is returned',
    caughtBy: 'past-retention',
    failureMatches: /an insert/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          const kept = writes.filter(({ record }) => !isPast(record))
          const answers = [...(await pass(kept, signal))]
          return writes.map(({ record }) => isPast(record) || answers.shift() === true)
        },
      }),
  },
  'ttl-relative-30d': {
    mutation: 'a TTL above 30 days is taken for an instant since 1970, which is past',
    caughtBy: 'long-retention',
    failureMatches: /kept for 2592001 s/,
    wrap: (inner) => hiding(inner, (record) => left(record) > 30 * DAY),
  },
  'expiry-capped': {
    mutation: "the store's own expiry is 30 days away at most",
    caughtBy: 'server-expiry',
    failureMatches: /the server deletes it \d+ ms before its retention ends/,
    wrap: (inner) => {
      const ends = trueEnds(inner)
      const asWritten = (record: StoredRecord | null) =>
        record && { ...record, retainUntil: ends.get(record.etag) ?? record.retainUntil }
      const restored = mapReads(inner, (found) => found.map(asWritten))
      return mapWrites(restored, (record) => {
        ends.set(record.etag, record.retainUntil)
        return { ...record, retainUntil: Math.min(record.retainUntil, Date.now() + 30 * DAY) }
      })
    },
  },
  'ttl-int-overflow': {
    mutation: 'a TTL in milliseconds does not fit into 32 bits, unless it never ends',
    caughtBy: 'long-ttl',
    failureMatches: /just issued: refused as not-found/,
    wrap: (inner) =>
      hiding(inner, ({ kind, ...record }) => kind === 'token' && left(record) > 2 ** 31),
  },
  'expiry-rounded-down': {
    mutation: 'a TTL is rounded down to whole seconds',
    caughtBy: 'retained-until-end',
    failureMatches: /gone \d+ ms before its retention ended/,
    wrap: (inner) =>
      hiding(inner, ({ retainUntil }) => Date.now() >= Math.floor(retainUntil / SECOND) * SECOND),
  },
  'ttl-not-renewed': {
    mutation: 'a replacement keeps the TTL of the record that it replaces',
    caughtBy: 'retained-until-end',
    failureMatches: /extended by a replacement/,
    wrap(inner) {
      const ends = firstEnds(inner)
      const whole = hiding(inner, ({ key }) => Date.now() >= (ends.get(key) ?? Infinity))
      return intercept(whole, {
        write(pass, writes, signal) {
          for (const { record } of writes) {
            if (!ends.has(record.key)) ends.set(record.key, record.retainUntil)
          }
          return pass(writes, signal)
        },
      })
    },
  },
  'lazy-delete': {
    mutation: 'a read that finds a record past its retention deletes its key, without a condition',
    caughtBy: 'reads-delete-nothing-newer',
    failureMatches: /is stored after a reader found its predecessor/,
    wrap(inner) {
      const store = deleting(inner)
      return intercept(store.repository, {
        async read(pass, keys, signal) {
          const found = await pass(keys, signal)
          const past = found.filter((record) => record !== null && isPast(record))
          if (past.length > 0) await eventLoopTurns(2)
          for (const record of past) if (record) await store.delete(record.key, signal)
          return found.map((record) => (record && isPast(record) ? null : record))
        },
      })
    },
  },
  'swept-but-collides': {
    mutation: 'hides records past their retention from reads, while an insert collides with them',
    caughtBy: 'reads-delete-nothing-newer',
    failureMatches: /an insert where a read found nothing/,
    wrap: (inner) =>
      mapReads(inner, (found) => found.map((record) => (record && isPast(record) ? null : record))),
  },
  'opening-deletes-expired': {
    mutation: 'deletes records past expiresAt when it opens, to clean up',
    caughtBy: 'retained-not-expired',
    failureMatches: /opening changes nothing/,
    wrap: (inner) => {
      const store = deleting(inner)
      const known = keysSeen(inner)
      const noting = intercept(store.repository, {
        write(pass, writes, signal) {
          for (const { record } of writes) {
            if (record.expiresAt <= Date.now()) known.add(record.key)
          }
          return pass(writes, signal)
        },
      })
      const open: TokenRepository['open'] = async () => {
        const findings = await inner.open()
        for (const key of known) await store.delete(key, AbortSignal.timeout(10_000))
        return findings
      }
      return replace(noting, { open })
    },
  },
  'expired-hidden': {
    mutation: 'hides records past expiresAt from reads, while an insert collides with them',
    caughtBy: 'retained-not-expired',
    failureMatches: /an expired record is read/,
    wrap: (inner) =>
      mapReads(inner, (found) =>
        found.map((record) => (record && record.expiresAt <= Date.now() ? null : record)),
      ),
  },
})

/** A repository that changes past records by `renew`. */
function renewed(
  inner: TokenRepository,
  renew: (record: StoredRecord) => StoredRecord,
): TokenRepository {
  const write: TokenRepository['write'] = (writes, signal) =>
    inner.write(
      writes.map((each) => (isPast(each.record) ? { ...each, record: renew(each.record) } : each)),
      signal,
    )
  return replace(inner, { write })
}

function left({ retainUntil }: Pick<StoredRecord, 'retainUntil'>): number {
  return retainUntil - Date.now()
}

function isPast(record: StoredRecord): boolean {
  return left(record) <= 0
}
