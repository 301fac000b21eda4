import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept } from '../../interceptors/intercept.ts'
import { compare, keysOf, mapReads, perNamespace } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

/** More entries than this do not fit into one statement. */
const MOST = 100

const locks = perNamespace(() => ({ held: new Set<string>(), clients: 0 }))

/** Several entries in one call. */
export const batches: readonly KnownBadAdapter[] = defineAdapters({
  'all-or-nothing-batch': {
    mutation: 'a batch is one transaction: an entry that fails also fails the others',
    caughtBy: 'entries-independent',
    failureMatches: /an entry whose condition holds was answered false/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          const answers = await compare(inner, writes, signal)
          return answers.includes(false) ? answers.map(() => false) : await pass(writes, signal)
        },
      }),
  },
  'pipeline-errors-dropped': {
    mutation: 'sends a batch as a pipeline and ignores the errors of its entries',
    caughtBy: 'past-retention',
    failureMatches: /in a batch/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          if (writes.length === 1) return await pass(writes, signal)
          const replies = await Promise.allSettled(writes.map((write) => pass([write], signal)))
          return replies.map((reply) => reply.status === 'rejected' || reply.value[0] === true)
        },
      }),
  },
  'first-entry-only': {
    mutation: 'writes the first entry of a batch and returns true for all',
    caughtBy: 'batch-shape',
    failureMatches: /the same token among others/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          const [first = false] = await pass(writes.slice(0, 1), signal)
          return writes.map((_, i) => i > 0 || first)
        },
      }),
  },
  'long-batch-cut': {
    mutation: 'drops entries that do not fit into one statement, and returns true for them',
    caughtBy: 'entries-independent',
    failureMatches: /stored after the batch/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          const cut = await compare(inner, writes.slice(MOST), signal)
          return [...(await pass(writes.slice(0, MOST), signal)), ...cut]
        },
      }),
  },
  'shuffled-order': {
    mutation: 'returns reads in the order in which the store found the records',
    caughtBy: 'replies-in-order',
    failureMatches: /in the order asked/,
    wrap: (inner) =>
      mapReads(inner, (found) => found.toSorted((a, b) => rank(a?.key) - rank(b?.key))),
  },
  'absent-left-out': {
    mutation: 'returns the records that were found, and no entry for missing ones',
    caughtBy: 'replies-in-order',
    failureMatches: /one answer for each key/,
    wrap: (inner) => mapReads(inner, (found) => found.filter((record) => record !== null)),
  },
  'locks-crosswise': {
    mutation: 'locks the keys of a batch in another order on every second connection',
    caughtBy: 'opposite-batches',
    failureMatches: /deadlock detected/,
    wrap: (inner) => {
      const server = locks(inner)
      const isEven = server.clients++ % 2 === 0
      return intercept(inner, {
        async write(pass, writes, signal) {
          const keys = isEven ? keysOf(writes) : keysOf(writes).reverse()
          const mine = await lockAll(server.held, keys)
          try {
            return await pass(writes, signal)
          } finally {
            for (const key of mine) server.held.delete(key)
          }
        },
      })
    },
  },
})

/** Missing records last, the others by the first bytes of their keys. */
function rank(key: string | undefined): number {
  if (key === undefined) return Number.MAX_SAFE_INTEGER
  return Buffer.from(key, 'base64url').readUIntBE(0, 6)
}

async function lockAll(held: Set<string>, keys: readonly string[]): Promise<string[]> {
  const mine: string[] = []
  for (const key of keys) {
    for (let waited = 0; held.has(key); waited++) {
      if (waited > 500) {
        for (const each of mine) held.delete(each)
        throw new Error('deadlock detected')
      }
      await eventLoopTurns(1)
    }
    held.add(key)
    mine.push(key)
    await eventLoopTurns(1)
  }
  return mine
}
