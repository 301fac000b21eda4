import { newestFirst, type StoredRecord, type TokenRepository } from '@tokenward/core/adapter'
import { DAY } from '../../harness/clock.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { isAfter, listAll, mapReads, perNamespace } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'
import { deleting } from './lost-records.ts'
import { otherNamespaces } from './other-namespaces.ts'

type Prune = NonNullable<TokenRepository['prune']>

const indexes = perNamespace(() => new Map<string, StoredRecord>())
const deletedSoftly = perNamespace(() => new Set<string>())

/** Pruning. */
export const pruning: readonly KnownBadAdapter[] = defineAdapters({
  'prune-greedy': {
    mutation: 'prunes records that may be deleted within the next day',
    caughtBy: 'prune-under-load',
    failureMatches: /was (refused as )?(not-found|missing)/,
    wrap: (inner) =>
      repruned(inner, (prune, now, limit, dryRun, signal) =>
        prune(now + DAY, limit, dryRun, signal),
      ),
  },
  'prune-by-expiry': {
    mutation: 'prunes by expiresAt, and not by retainUntil',
    caughtBy: 'prune-keeps-retained',
    failureMatches: /a dry run counts|everything past and nothing else/,
    wrap: (inner) => deletingWhere(inner, (record, now) => record.expiresAt <= now),
  },
  'prune-deletes-revoked': {
    mutation: 'prunes consumed and revoked records, because they are refused anyway',
    caughtBy: 'prune-metamorphic',
    failureMatches: /(allowlist|denylist), round \d+, step \d+/,
    wrap: (inner) =>
      deletingWhere(
        inner,
        ({ state, retainUntil }, now) => state !== 'active' || retainUntil <= now,
      ),
  },
  'prune-select-then-delete': {
    mutation: 'selects records that are past and deletes those keys, without checking again',
    caughtBy: 'prune-spares-extended',
    failureMatches: /extended while it was pruned/,
    wrap: (inner) => deletingWhere(inner, ({ retainUntil }, now) => retainUntil <= now),
  },
  'prune-tokens-alone': {
    mutation: 'prunes tokens, and no sessions or cutoffs',
    caughtBy: 'prune-keeps-retained',
    failureMatches: /a dry run counts|everything past and nothing else/,
    wrap: (inner) =>
      deletingWhere(inner, ({ kind, retainUntil }, now) => kind === 'token' && retainUntil <= now),
  },
  'index-entries-left': {
    mutation: 'leaves the entries of pruned records in the index that it lists by',
    caughtBy: 'prune-keeps-retained',
    failureMatches: /a pruned record is in no list, and shortens no page/,
    wrap: indexed,
  },
  'prune-without-limit': {
    mutation: 'deletes all past records in one statement, whatever the limit',
    caughtBy: 'prune-keeps-retained',
    failureMatches: /at most the limit/,
    wrap: (inner) =>
      repruned(inner, (prune, now, limit, dryRun, signal) =>
        prune(now, dryRun ? limit : 1_000_000, dryRun, signal),
      ),
  },
  'prune-dry-run-deletes': {
    mutation: 'a dry run deletes the records that it counts',
    caughtBy: 'prune-keeps-retained',
    failureMatches: /a dry run deletes nothing/,
    wrap: (inner) =>
      repruned(inner, (prune, now, limit, _, signal) => prune(now, limit, false, signal)),
  },
  'prune-only-counts': {
    mutation: 'returns a count of deleted records, and deletes none',
    caughtBy: 'prune-keeps-retained',
    failureMatches: /are gone/,
    wrap: (inner) =>
      repruned(inner, (prune, now, limit, _, signal) => prune(now, limit, true, signal)),
  },
  'prune-softly': {
    mutation:
      'marks pruned records as deleted: reads do not see them, and inserts collide with them',
    caughtBy: 'prune-keeps-retained',
    failureMatches: /an insert where a record was pruned/,
    wrap: prunedSoftly,
  },
  'prune-crosses-namespaces': {
    mutation: 'also prunes namespaces whose name starts with its own',
    caughtBy: 'prune-one-namespace',
    failureMatches: /pruned in/,
    wrap(inner) {
      const { repository, others } = otherNamespaces(inner)
      return repruned(repository, async (prune, ...asked) => {
        let deleted = await prune(...asked)
        for (const other of others()) deleted += (await other.prune?.(...asked)) ?? 0
        return deleted
      })
    },
  },
})

function repruned(
  inner: TokenRepository,
  by: (prune: Prune, ...asked: Parameters<Prune>) => ReturnType<Prune>,
): TokenRepository {
  if (!inner.prune) return inner
  const pass = inner.prune.bind(inner)
  return replace(inner, { prune: (...asked: Parameters<Prune>) => by(pass, ...asked) })
}

/** Selects by `which`, and deletes a moment later whatever is stored under those keys. */
function deletingWhere(
  inner: TokenRepository,
  which: (record: StoredRecord, now: number) => boolean,
): TokenRepository {
  const store = deleting(inner)
  return repruned(store.repository, async (_, now, limit, dryRun, signal) => {
    const all = await listAll(store.repository, null, signal)
    const chosen = all.filter((record) => which(record, now)).slice(0, limit)
    await eventLoopTurns(1)
    if (!dryRun) for (const { key } of chosen) await store.delete(key, signal)
    return chosen.length
  })
}

/** Lists by an index of its own, which has each record from its first version on. */
function indexed(inner: TokenRepository): TokenRepository {
  const index = indexes(inner)
  const list: TokenRepository['list'] = async (group, after, limit, signal) => {
    const entries = [...index.values()].filter(
      ({ groups }) => group === null || groups.includes(group),
    )
    const page = entries.filter(isAfter(after)).sort(newestFirst).slice(0, limit)
    const keys = page.map(({ key }) => key)
    return (await inner.read(keys, signal)).filter((record) => record !== null)
  }
  const noting = intercept(inner, {
    write(pass, writes, signal) {
      for (const { record } of writes) if (!index.has(record.key)) index.set(record.key, record)
      return pass(writes, signal)
    },
  })
  return inner.list ? replace(noting, { list }) : inner
}

function prunedSoftly(inner: TokenRepository): TokenRepository {
  const gone = deletedSoftly(inner)
  const hiding = mapReads(inner, (found) =>
    found.map((record) => (record && gone.has(record.etag) ? null : record)),
  )
  return repruned(hiding, async (_, now, limit, dryRun, signal) => {
    const all = await listAll(inner, null, signal)
    const past = all.filter(({ etag, retainUntil }) => retainUntil <= now && !gone.has(etag))
    const chosen = past.slice(0, limit)
    if (!dryRun) for (const { etag } of chosen) gone.add(etag)
    return chosen.length
  })
}
