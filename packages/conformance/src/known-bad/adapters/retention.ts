import type { StoredRecord, TokenRepository } from '@tokenward/core'
import { DAY, HOUR, SECOND } from '../../harness/clock.ts'
import { turns } from '../../harness/unhandled-errors.ts'
import { interpose, replace } from '../../interceptors/intercept.ts'
import { perNamespace, rereading } from './helpers.ts'
import { adapters, type KnownBadAdapter } from './known-bad-adapter.ts'
import { deleting, vanishing } from './lost-records.ts'

const firstEnds = perNamespace(() => new Map<string, number>())

/** The store's own expiry. */
export const retaining: readonly KnownBadAdapter[] = adapters({
  'ttl-zero-forever': {
    breaks: 'a TTL that is past becomes 0, which the store takes for ever',
    namedCase: 'past-retention',
    because: /an insert/,
    wrap: (inner) => renewed(inner, (record) => ({ ...record, retainUntil: Date.now() + HOUR })),
  },
  'past-dropped-as-kept': {
    breaks: 'a record whose retention is past is dropped, and true is answered',
    namedCase: 'past-retention',
    because: /an insert/,
    wrap: (inner) =>
      interpose(inner, {
        async write(pass, writes, signal) {
          const kept = writes.filter(({ record }) => !isPast(record))
          const answers = [...(await pass(kept, signal))]
          return writes.map(({ record }) => isPast(record) || answers.shift() === true)
        },
      }),
  },
  'ttl-relative-30d': {
    breaks: 'a TTL above 30 days is taken for an instant since 1970, which is past',
    namedCase: 'long-retention',
    because: /kept for 2592001 s/,
    wrap: (inner) => vanishing(inner, (record) => left(record) > 30 * DAY),
  },
  'ttl-int-overflow': {
    breaks: 'a TTL in milliseconds does not fit into 32 bits, unless it is for ever',
    namedCase: 'long-ttl',
    because: /just issued: refused as absent/,
    wrap: (inner) =>
      vanishing(inner, ({ kind, ...record }) => kind === 'token' && left(record) > 2 ** 31),
  },
  'expiry-rounded-down': {
    breaks: 'a TTL is rounded down to whole seconds',
    namedCase: 'retained-to-the-end',
    because: /gone \d+ ms before its retention ended/,
    wrap: (inner) =>
      vanishing(
        inner,
        ({ retainUntil }) => Date.now() >= Math.floor(retainUntil / SECOND) * SECOND,
      ),
  },
  'ttl-not-renewed': {
    breaks: 'a replacement keeps the TTL of what it replaces',
    namedCase: 'retained-to-the-end',
    because: /kept longer by a replacement/,
    wrap(inner) {
      const ends = firstEnds(inner)
      const whole = vanishing(inner, ({ key }) => Date.now() >= (ends.get(key) ?? Infinity))
      return interpose(whole, {
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
    breaks: 'a read that meets a record past its retention deletes its key, unguarded',
    namedCase: 'reads-delete-nothing-newer',
    because: /stands after a reader met its predecessor/,
    wrap(inner) {
      const store = deleting(inner)
      return interpose(store.repository, {
        async read(pass, keys, signal) {
          const found = await pass(keys, signal)
          const past = found.filter((record) => record !== null && isPast(record))
          if (past.length > 0) await turns(2)
          for (const record of past) if (record) await store.delete(record.key, signal)
          return found.map((record) => (record && isPast(record) ? null : record))
        },
      })
    },
  },
  'swept-but-collides': {
    breaks: 'hides from reads what is past its retention, while an insert collides with it',
    namedCase: 'reads-delete-nothing-newer',
    because: /an insert where a read found nothing/,
    wrap: (inner) =>
      rereading(inner, (found) =>
        found.map((record) => (record && isPast(record) ? null : record)),
      ),
  },
  'expired-hidden': {
    breaks: 'hides from reads what is past expiresAt, while an insert collides with it',
    namedCase: 'retained-not-expired',
    because: /an expired record is read/,
    wrap: (inner) =>
      rereading(inner, (found) =>
        found.map((record) => (record && record.expiresAt <= Date.now() ? null : record)),
      ),
  },
})

/** A repository that keeps what is past by the terms of `renew`. */
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
