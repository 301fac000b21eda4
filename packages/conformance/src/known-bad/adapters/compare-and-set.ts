import type { TokenRepository } from '@tokenward/core'
import { turns } from '../../harness/unhandled-errors.ts'
import { interpose } from '../../interceptors/intercept.ts'
import { compare, keysOf, perNamespace, put } from './helpers.ts'
import { adapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type WriteAll = TokenRepository['write']

/** The etags that a store holds, as a column that ignores letter case holds them. */
const spellings = perNamespace(() => new Map<string, string>())

/** Comparing and setting: the condition of a write, and what is answered. */
export const comparing: readonly KnownBadAdapter[] = adapters({
  'compare-then-set': {
    breaks: 'reads, compares and then sets, in two steps',
    namedCase: 'register-race',
    because: /of 16 racing writes/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const answers = await compare(inner, writes, signal)
        await turns(1)
        for (const [i, { record }] of writes.entries()) {
          if (answers[i]) await put(inner, record, signal)
        }
        return answers
      }),
  },
  'blind-overwrite': {
    breaks: 'sets without looking at what stands there',
    namedCase: 'insert-if-absent',
    because: /an insert where something stands/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        for (const { record } of writes) await put(inner, record, signal)
        return writes.map(() => true)
      }),
  },
  'last-write-wins': {
    breaks: 'replaces whatever stands there: the last one to come has changed it',
    namedCase: 'late-duplicate',
    because: /between a raise and its late duplicate/,
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
    breaks: 'a replacement of what is absent inserts it',
    namedCase: 'conditional-replace',
    because: /nothing stands there yet/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const standing = await inner.read(keysOf(writes), signal)
        const meant = writes.map((write, i) => (standing[i] ? write : { ...write, expected: null }))
        return await inner.write(meant, signal)
      }),
  },
  'affected-rows-ignored': {
    breaks: 'says true although the conditional statement changed no row',
    namedCase: 'consume-race',
    because: /one consumption wins/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) =>
        (await inner.write(writes, signal)).map((done, i) => done || writes[i]?.expected !== null),
      ),
  },
  'false-but-stored': {
    breaks: 'stores first and compares afterwards: false is answered to what was stored',
    namedCase: 'insert-if-absent',
    because: /a refused insert changes nothing/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const answers = await compare(inner, writes, signal)
        for (const { record } of writes) await put(inner, record, signal)
        return answers
      }),
  },
  'case-blind-etags': {
    breaks: 'compares etags by a collation that ignores letter case',
    namedCase: 'conditional-replace',
    because: /differs in letter case alone/,
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
  'resend-says-false': {
    breaks: 'says false to the repetition of a write that was stored',
    namedCase: 'repeated-write',
    because: /the same insert again/,
    wrap: (inner) =>
      writing(inner, async (writes, signal) => {
        const standing = await inner.read(keysOf(writes), signal)
        const answers = await inner.write(writes, signal)
        return answers.map((done, i) => done && standing[i]?.etag !== writes[i]?.record.etag)
      }),
  },
  'early-ack': {
    breaks: 'answers before it has stored',
    namedCase: 'insert-if-absent',
    because: /acknowledged, and not there for another/,
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
  return interpose(inner, { write: (_, writes, signal) => write(writes, signal) })
}
