import type { StoredRecord } from '@tokenward/core/adapter'
import { intercept } from '../../interceptors/intercept.ts'
import { compare, keysOf, writeLate } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

/** Inserts are as they should be: only what replaces a record, or is like it, has the defect. */
export const replacements: readonly KnownBadAdapter[] = defineAdapters({
  'etag-beginning-compared': {
    mutation: 'compares etags by their first 16 characters, as an index on a prefix does',
    caughtBy: 'conditional-replace',
    failureMatches: /differs in its last character/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          const stored = await inner.read(keysOf(writes), signal)
          const meant = writes.map((each, i) => {
            const etag = stored[i]?.etag
            const isEqual = etag?.slice(0, 16) === each.expected?.slice(0, 16)
            return etag !== undefined && isEqual ? { ...each, expected: etag } : each
          })
          return await pass(meant, signal)
        },
      }),
  },
  'equal-content-is-repeated': {
    mutation: 'takes a record with the same content for a repetition, whatever its etag is',
    caughtBy: 'insert-if-absent',
    failureMatches: /an insert of the same content/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          const stored = await inner.read(keysOf(writes), signal)
          const answers = await pass(writes, signal)
          return answers.map((done, i) => done || isAlike(stored[i], writes[i]?.record))
        },
      }),
  },
  'replacement-acknowledged-early': {
    mutation: 'answers before a replacement is stored; inserts are stored before',
    caughtBy: 'conditional-replace',
    failureMatches: /a replacement was acknowledged, and is not there/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          if (writes.some(({ expected }) => expected === null)) return await pass(writes, signal)
          const answers = await compare(inner, writes, signal)
          writeLate(inner, writes)
          return answers
        },
      }),
  },
})

function isAlike(
  stored: StoredRecord | null | undefined,
  record: StoredRecord | undefined,
): boolean {
  return stored?.body === record?.body && stored?.state === record?.state
}
