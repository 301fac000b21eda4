import type { ListPosition, TokenRepository } from '@tokenward/core/adapter'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

/** Deadlines, and failures of the store. */
export const replies: readonly KnownBadAdapter[] = defineAdapters({
  'ignores-abort': {
    mutation: 'ignores the signal of the deadline',
    caughtBy: 'aborted-signal',
    failureMatches: /^Missing expected rejection.*: read after its deadline/,
    wrap: ignoringAbort,
  },
  'aborted-but-stored': {
    mutation: 'rejects after the deadline, although the record was stored',
    caughtBy: 'aborted-signal',
    failureMatches: /a rejected write changes nothing/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          const answers = await pass(writes, new AbortController().signal)
          signal.throwIfAborted()
          return answers
        },
      }),
  },
  'outage-as-null': {
    mutation: 'takes a failed read for a miss',
    caughtBy: 'closed-repository',
    failureMatches: /read on a closed repository/,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys, signal) => pass(keys, signal).catch(() => keys.map(() => null)),
      }),
  },
  'reads-at-most-256': {
    mutation: 'finds only the first 256 records of a read',
    caughtBy: 'entries-independent',
    failureMatches: /stored after the batch/,
    wrap: (inner) =>
      intercept(inner, {
        async read(pass, keys, signal) {
          const answers = await pass(keys, signal)
          return answers.map((answer, i) => (i < 256 ? answer : null))
        },
      }),
  },
  'reply-cut-at-64-kib': {
    mutation: 'finds only the records in the first 64 KiB of a reply',
    caughtBy: 'largest-body',
    failureMatches: /the largest body|large bodies together/,
    wrap: (inner) =>
      intercept(inner, {
        async read(pass, keys, signal) {
          let bytes = 0
          return (await pass(keys, signal)).map((record) => {
            bytes += record?.body.length ?? 0
            return bytes > 65_536 ? null : record
          })
        },
      }),
  },
  'throws-synchronously': {
    mutation: 'throws instead of rejecting',
    caughtBy: 'closed-repository',
    failureMatches: /read on a closed repository threw/,
    wrap: throwing,
  },
  'rejections-leaked': {
    mutation: 'starts a promise beside each write whose failure is not handled',
    caughtBy: 'no-unhandled-errors',
    failureMatches: /since the start of the run/,
    wrap: (inner) =>
      intercept(inner, {
        write(pass, writes, signal) {
          const answer = pass(writes, signal)
          void answer.then((done) => done.length)
          return answer
        },
      }),
  },
})

function ignoringAbort(inner: TokenRepository): TokenRepository {
  const never = () => new AbortController().signal
  return replace(inner, {
    read: (keys: readonly string[]) => inner.read(keys, never()),
    write: (writes: Parameters<TokenRepository['write']>[0]) => inner.write(writes, never()),
    ...(inner.list && {
      list: (group: string | null, after: ListPosition | null, limit: number) =>
        inner.list?.(group, after, limit, never()),
    }),
    ...(inner.prune && {
      prune: (now: number, limit: number, dryRun: boolean) =>
        inner.prune?.(now, limit, dryRun, never()),
    }),
  })
}

function throwing(inner: TokenRepository): TokenRepository {
  let isOpen = false
  const guarded = intercept(inner, {
    read(pass, keys, signal) {
      if (!isOpen) throw new Error('not connected')
      return pass(keys, signal)
    },
  })
  return replace(guarded, {
    open: async () => {
      isOpen = true
      return await inner.open()
    },
    close: async () => {
      isOpen = false
      await inner.close()
    },
  })
}
