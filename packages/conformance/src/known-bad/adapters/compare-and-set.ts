import type { TokenRepository } from '@tokenward/core'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept } from '../../interceptors/intercept.ts'
import { compare, keysOf, perNamespace, put, writeLate } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type WriteAll = TokenRepository['write']

/** The etags that a store holds, as a column that ignores letter case holds them. */
const spellings = perNamespace(() => new Map<string, string>())

/** Comparing and setting: the condition of a write, and its answer. */
export const compareAndSet: readonly KnownBadAdapter[] = defineAdapters({
  'compare-then-set': {
    mutation: 'reads, compares and then sets, in two steps',
    caughtBy: 'register-race',
    failureMatches: /of 16 racing writes/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const answers = await compare(inner, writes, signal)
        await eventLoopTurns(1)
        for (const [i, { record }] of writes.entries()) {
          if (answers[i]) await put(inner, record, signal)
        }
        return answers
      }),
  },
  'blind-overwrite': {
    mutation: 'sets without checking the stored record',
    caughtBy: 'insert-if-absent',
    failureMatches: /an insert over an existing record/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        for (const { record } of writes) await put(inner, record, signal)
        return writes.map(() => true)
      }),
  },
  'last-write-wins': {
    mutation: 'replaces whatever is stored: the last write wins',
    caughtBy: 'late-duplicate',
    failureMatches: /between a cutoff update and its late duplicate/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const stored = await inner.read(keysOf(writes), signal)
        const meant = writes.map((write, i) => {
          const etag = stored[i]?.etag
          return write.expected === null || !etag ? write : { ...write, expected: etag }
        })
        return await inner.write(meant, signal)
      }),
  },
  'replace-upserts': {
    mutation: 'a replacement of a missing record inserts it',
    caughtBy: 'conditional-replace',
    failureMatches: /no record yet/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const stored = await inner.read(keysOf(writes), signal)
        const meant = writes.map((write, i) => (stored[i] ? write : { ...write, expected: null }))
        return await inner.write(meant, signal)
      }),
  },
  'affected-rows-ignored': {
    mutation: 'returns true although the conditional statement changed no row',
    caughtBy: 'consume-race',
    failureMatches: /one consumption wins/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) =>
        (await inner.write(writes, signal)).map((done, i) => done || writes[i]?.expected !== null),
      ),
  },
  'false-but-stored': {
    mutation: 'stores first and compares afterwards: a stored write returns false',
    caughtBy: 'insert-if-absent',
    failureMatches: /a refused insert changes nothing/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const answers = await compare(inner, writes, signal)
        for (const { record } of writes) await put(inner, record, signal)
        return answers
      }),
  },
  'case-insensitive-etags': {
    mutation: 'compares etags by a collation that ignores letter case',
    caughtBy: 'conditional-replace',
    failureMatches: /differs in letter case alone/,
    wrap: (inner) => {
      const known = spellings(inner)
      return writing(inner, async (writes, signal) => {
        for (const { record } of writes) known.set(record.etag.toLowerCase(), record.etag)
        const stored = await inner.read(keysOf(writes), signal)
        const meant = writes.map((write, i) => {
          const etag = stored[i]?.etag
          const isEqual = etag?.toLowerCase() === write.expected?.toLowerCase()
          return etag !== undefined && isEqual ? { ...write, expected: etag } : write
        })
        return await inner.write(meant, signal)
      })
    },
  },
  'resend-returns-false': {
    mutation: 'returns false for the repetition of a write that was stored',
    caughtBy: 'repeated-write',
    failureMatches: /the same insert again/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const stored = await inner.read(keysOf(writes), signal)
        const answers = await inner.write(writes, signal)
        return answers.map((done, i) => done && stored[i]?.etag !== writes[i]?.record.etag)
      }),
  },
  'early-ack': {
    mutation: 'answers before the record is stored',
    caughtBy: 'insert-if-absent',
    failureMatches: /acknowledged, and not there for another/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const answers = await compare(inner, writes, signal)
        writeLate(inner, writes)
        return answers
      }),
  },
})

function writing(inner: TokenRepository, write: WriteAll): TokenRepository {
  return intercept(inner, { write: (_, writes, signal) => write(writes, signal) })
}
