import type { StoredRecord, TokenRepository, Write } from '@tokenward/core/adapter'
import { intercept } from '../../interceptors/intercept.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'
import { otherNamespaces } from './other-namespaces.ts'

/** Filters that name the key and not the namespace. */
export const crossedNamespaces: readonly KnownBadAdapter[] = defineAdapters({
  'writes-across-namespaces': {
    mutation: 'replaces a record by its key and etag, in whatever namespace it is',
    caughtBy: 'namespaces-apart',
    failureMatches: /a replacement/,
    wrap(inner) {
      const { repository, others } = otherNamespaces(inner)
      return intercept(repository, {
        write: (pass, writes, signal) =>
          writeAnywhere(writes, [pass, ...others().map(writeOf)], signal),
      })
    },
  },
  'filters-without-namespace': {
    mutation: 'finds and replaces a record by its key only, in whatever namespace it is',
    caughtBy: 'other-namespace-record',
    failureMatches: /(explain|revoke)\(\{ record \}\)/,
    wrap(inner) {
      const { repository, others } = otherNamespaces(inner)
      return intercept(repository, {
        async read(pass, keys, signal) {
          const found: (StoredRecord | null)[] = [...(await pass(keys, signal))]
          for (const other of others()) {
            const elsewhere = await other.read(keys, signal)
            for (const [i, record] of elsewhere.entries()) found[i] ??= record
          }
          return found
        },
        write: (pass, writes, signal) =>
          writeAnywhere(writes, [pass, ...others().map(writeOf)], signal),
      })
    },
  },
})

type WriteAll = TokenRepository['write']

function writeOf(repository: TokenRepository): WriteAll {
  return (writes, signal) => repository.write(writes, signal)
}

/** The first namespace in which the condition holds gets a replacement; inserts go to the right one. */
async function writeAnywhere(
  writes: readonly Write[],
  [home, ...others]: readonly WriteAll[],
  signal: AbortSignal,
): Promise<boolean[]> {
  const answers = [...((await home?.(writes, signal)) ?? [])]
  for (const [i, write] of writes.entries()) {
    if (write.expected === null) continue
    for (const other of others) answers[i] ||= (await other([write], signal))[0] === true
  }
  return answers
}
