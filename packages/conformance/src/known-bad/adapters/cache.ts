import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { intercept } from '../../interceptors/intercept.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type Found = StoredRecord | null

/** Reads that do not ask the store. */
export const cache: readonly KnownBadAdapter[] = defineAdapters({
  'stale-read': {
    mutation: 'returns a cached record until it writes that key itself',
    caughtBy: 'revoke-then-verify',
    failureMatches: /accepted after revoke of/,
    wrap: (inner) => caching(inner, { keeps: () => true, learns: false }),
  },
  'misses-cached': {
    mutation: 'remembers that a key was missing, and does not read it again',
    caughtBy: 'order-of-reads',
    failureMatches: /of two logins, after revoke of/,
    wrap: (inner) => caching(inner, { keeps: (found) => found === null, learns: false }),
  },
  'own-writes-cached': {
    mutation: 'returns its own writes from memory',
    caughtBy: 'older-snapshot',
    failureMatches: /issued after the snapshot.*accepted/,
    wrap: (inner) => caching(inner, { keeps: () => false, learns: true }),
  },
  'root-cached': {
    mutation: 'reads the root once and keeps it, like a setting',
    caughtBy: 'wiped-store',
    failureMatches: /on a wiped store/,
    wrap: (inner) => caching(inner, { keeps: (found) => found?.kind === 'root', learns: false }),
  },
})

interface Cache {
  /** Whether reads are cached. */
  keeps(found: Found): boolean
  /** Whether writes are cached. */
  readonly learns: boolean
}

function caching(inner: TokenRepository, { keeps, learns }: Cache): TokenRepository {
  const cache = new Map<string, Found>()
  return intercept(inner, {
    async read(pass, keys, signal) {
      const missed = keys.filter((key) => !cache.has(key))
      const found = missed.length > 0 ? await pass(missed, signal) : []
      const fresh = new Map(missed.map((key, i) => [key, found[i] ?? null]))
      for (const [key, record] of fresh) if (keeps(record)) cache.set(key, record)
      return keys.map((key) => fresh.get(key) ?? cache.get(key) ?? null)
    },
    async write(pass, writes, signal) {
      for (const { record } of writes) cache.delete(record.key)
      const answers = await pass(writes, signal)
      for (const [i, { record }] of writes.entries()) {
        if (learns && answers[i]) cache.set(record.key, record)
      }
      return answers
    },
  })
}
