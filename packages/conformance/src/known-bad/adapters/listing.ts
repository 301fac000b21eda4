import { newestFirst, type StoredRecord, type TokenRepository } from '@tokenward/core/adapter'
import { replace } from '../../interceptors/intercept.ts'
import { isAfter, perNamespace, replaceList } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'
import { otherNamespaces } from './other-namespaces.ts'

type List = NonNullable<TokenRepository['list']>

const firstVersions = perNamespace(() => new Map<string, StoredRecord>())

/** Lists. */
export const listing: readonly KnownBadAdapter[] = defineAdapters({
  'offset-paging': {
    mutation: 'finds the next page by the number of records before it',
    caughtBy: 'list-while-writing',
    failureMatches: /newest first, from after the last one/,
    wrap: byOffset,
  },
  'list-from-inclusive': {
    mutation: 'a page starts with the last record of the previous one',
    caughtBy: 'list-pages',
    failureMatches: /newest first, from after the last one/,
    wrap: (inner) =>
      replaceList(inner, (all) => async (group, after, limit, signal) => {
        const records = await all(group, signal)
        const isLast = ({ key }: StoredRecord) => key === after?.key
        return records.filter((each) => isLast(each) || isAfter(after)(each)).slice(0, limit)
      }),
  },
  'list-unsorted': {
    mutation: 'sorts after the limit was applied',
    caughtBy: 'list-pages',
    failureMatches: /newest first|of the group, and no others/,
    wrap: (inner) =>
      replaceList(inner, (all) => async (group, after, limit, signal) => {
        const rest = (await all(group, signal)).filter(isAfter(after))
        const anyOrder = rest.toSorted((a, b) => (a.etag < b.etag ? -1 : 1)).slice(0, limit)
        return anyOrder.sort(newestFirst)
      }),
  },
  'list-by-key': {
    mutation: 'sorts by key alone, so the newest record may come last',
    caughtBy: 'list-pages',
    failureMatches: /newest first/,
    wrap: (inner) =>
      replaceList(inner, (all) => async (group, after, limit, signal) => {
        const byKey = (await all(group, signal)).toSorted((a, b) => (a.key > b.key ? -1 : 1))
        return byKey.filter(({ key }) => after === null || key < after.key).slice(0, limit)
      }),
  },
  'list-skips-ties': {
    mutation:
      'begins a page after the instant of the last record, and skips others of that instant',
    caughtBy: 'list-pages',
    failureMatches: /of the group, and no others/,
    wrap: (inner) =>
      replaceList(inner, (all) => async (group, after, limit, signal) => {
        const instant = after?.createdAt ?? Number.POSITIVE_INFINITY
        const older = (await all(group, signal)).filter(({ createdAt }) => createdAt < instant)
        return older.slice(0, limit)
      }),
  },
  'limit-before-group': {
    mutation:
      'applies the limit before it filters by group: pages are short, and seem to be the last',
    caughtBy: 'listing',
    failureMatches: /each once, and no one else/,
    wrap: (inner) =>
      relisted(inner, async (list, group, after, limit, signal) => {
        const page = await list(null, after, limit, signal)
        return page.filter(({ groups }) => group === null || groups.includes(group))
      }),
  },
  'list-hides-expired': {
    mutation: 'omits records that are past expiresAt',
    caughtBy: 'list-pages',
    failureMatches: /of the group, and no others/,
    wrap: (inner) =>
      replaceList(inner, (all) => async (group, after, limit, signal) => {
        const live = (await all(group, signal)).filter(({ expiresAt }) => expiresAt > Date.now())
        return live.filter(isAfter(after)).slice(0, limit)
      }),
  },
  'list-index-stale': {
    mutation: 'lists records as they were when they were inserted',
    caughtBy: 'list-pages',
    failureMatches: /of the group, and no others/,
    wrap: fromFirstVersions,
  },
  'list-without-bodies': {
    mutation: 'lists records without their bodies, to save a column',
    caughtBy: 'listed-status',
    failureMatches: /corrupt/,
    wrap: (inner) =>
      relisted(inner, async (list, ...asked) =>
        (await list(...asked)).map((record) => ({ ...record, body: '' })),
      ),
  },
  'list-crosses-namespaces': {
    mutation: 'also lists namespaces whose name starts with its own',
    caughtBy: 'list-one-namespace',
    failureMatches: /listed in/,
    wrap(inner) {
      const { repository, others } = otherNamespaces(inner)
      return relisted(repository, async (list, group, after, limit, signal) => {
        const found = [...(await list(group, after, limit, signal))]
        for (const other of others()) {
          found.push(...((await other.list?.(group, after, limit, signal)) ?? []))
        }
        return found.sort(newestFirst).slice(0, limit)
      })
    },
  },
  'list-cut-at-100': {
    mutation: 'lists the newest 100 records of a group, and no older ones',
    caughtBy: 'list-many',
    failureMatches: /a list of many/,
    wrap: (inner) =>
      replaceList(inner, (all) => async (group, after, limit, signal) => {
        const newest = (await all(group, signal)).slice(0, 100)
        return newest.filter(isAfter(after)).slice(0, limit)
      }),
  },
  'page-after-pruned-lost': {
    mutation: 'looks the last record of a page up to find the next page, and it may be gone',
    caughtBy: 'list-while-pruning',
    failureMatches: /after its last record was pruned/,
    wrap: (inner) =>
      replaceList(inner, (all) => async (group, after, limit, signal) => {
        const records = await all(group, signal)
        if (after === null) return records.slice(0, limit)
        const at = records.findIndex(({ key }) => key === after.key)
        return at === -1 ? [] : records.slice(at + 1, at + 1 + limit)
      }),
  },
  'list-missing': {
    mutation: 'claims to list, and rejects',
    caughtBy: 'capabilities-honest',
    failureMatches: /listing is claimed/,
    wrap: (inner) =>
      replace(inner, {
        capabilities: { ...inner.capabilities, listing: true },
        list: () => Promise.reject(new Error('not implemented')),
      }),
  },
})

function relisted(
  inner: TokenRepository,
  by: (list: List, ...asked: Parameters<List>) => ReturnType<List>,
): TokenRepository {
  if (!inner.list) return inner
  const pass = inner.list.bind(inner)
  return replace(inner, { list: (...asked: Parameters<List>) => by(pass, ...asked) })
}

function byOffset(inner: TokenRepository): TokenRepository {
  const offsets = new Map<string, number>()
  return replaceList(inner, (all) => async (group, after, limit, signal) => {
    const records = await all(group, signal)
    const known =
      offsets.get(`${group} ${after?.key}`) ??
      records.findIndex(({ key }) => key === after?.key) + 1
    const offset = after === null ? 0 : known
    const page = records.slice(offset, offset + limit)
    offsets.set(`${group} ${page.at(-1)?.key}`, offset + page.length)
    return page
  })
}

function fromFirstVersions(inner: TokenRepository): TokenRepository {
  const first = firstVersions(inner)
  const write: TokenRepository['write'] = (writes, signal) => {
    for (const { record, expected } of writes) {
      if (expected === null && !first.has(record.key)) first.set(record.key, record)
    }
    return inner.write(writes, signal)
  }
  return replace(
    relisted(inner, async (list, ...asked) =>
      (await list(...asked)).map((record) => first.get(record.key) ?? record),
    ),
    { write },
  )
}
