import type { TokenRepository } from '@tokenward/core'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import { intercept } from '../../interceptors/intercept.ts'
import { compare, keysOf, perNamespace, put } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type WriteAll = TokenRepository['write']

/** The etags that a store holds, as a column that ignores letter case holds them. */
const spellings = perNamespace(() => new Map<string, string>())

/** Comparing and setting: the condition of a write, and what is answered. */
export const comparing: readonly KnownBadAdapter[] = defineAdapters({
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
    mutation: 'sets without looking at what stands there',
    caughtBy: 'insert-if-absent',
    failureMatches: /an insert where something stands/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        for (const { record } of writes) await put(inner, record, signal)
        return writes.map(() => true)
      }),
  },
  'last-write-wins': {
    mutation: 'replaces whatever stands there: the last one to come has changed it',
    caughtBy: 'late-duplicate',
    failureMatches: /between a raise and its late duplicate/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const standing = await inner.read(keysOf(writes), signal)
        const meant = writes.map((write, i) => {
          const etag = standing[i]?.etag
          return write.expected === null || !etag ? write : { ...write, expected: etag }
        })
        return await inner.write(meant, signal)
      }),
  },
  'replace-upserts': {
    mutation: 'a replacement of what is absent inserts it',
    caughtBy: 'conditional-replace',
    failureMatches: /nothing stands there yet/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const standing = await inner.read(keysOf(writes), signal)
        const meant = writes.map((write, i) => (standing[i] ? write : { ...write, expected: null }))
        return await inner.write(meant, signal)
      }),
  },
  'affected-rows-ignored': {
    mutation: 'says true although the conditional statement changed no row',
    caughtBy: 'consume-race',
    failureMatches: /one consumption wins/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) =>
        (await inner.write(writes, signal)).map((done, i) => done || writes[i]?.expected !== null),
      ),
  },
  'false-but-stored': {
    mutation: 'stores first and compares afterwards: false is answered to what was stored',
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
        const standing = await inner.read(keysOf(writes), signal)
        const meant = writes.map((write, i) => {
          const etag = standing[i]?.etag
          const isEqual = etag?.toLowerCase() === write.expected?.toLowerCase()
          return etag !== undefined && isEqual ? { ...write, expected: etag } : write
        })
        return await inner.write(meant, signal)
      })
    },
  },
  'resend-returns-false': {
    mutation: 'says false to the repetition of a write that was stored',
    caughtBy: 'repeated-write',
    failureMatches: /the same insert again/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const standing = await inner.read(keysOf(writes), signal)
        const answers = await inner.write(writes, signal)
        return answers.map((done, i) => done && standing[i]?.etag !== writes[i]?.record.etag)
      }),
  },
  'early-ack': {
    mutation: 'answers before it has stored',
    caughtBy: 'insert-if-absent',
    failureMatches: /acknowledged, and not there for another/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const answers = await compare(inner, writes, signal)
        const late = () => inner.write(writes, AbortSignal.timeout(1_000)).catch(() => undefined)
        setTimeout(late, 20)
        return answers
      }),
  },
})

function writing(inner: TokenRepository, write: WriteAll): TokenRepository {
  return intercept(inner, { write: (_, writes, signal) => write(writes, signal) })
}
