import type { TokenRepository } from '@tokenward/core/adapter'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

/** What lies between open() and close(). */
export const sessions: readonly KnownBadAdapter[] = defineAdapters({
  'opens-by-itself': {
    mutation: 'opens when it is first asked',
    caughtBy: 'before-open',
    failureMatches: /before open\(\) must reject/,
    wrap(inner) {
      let begun = false
      return replace(inner, {
        open: () => {
          begun = true
          return inner.open()
        },
        read: async (...args: Parameters<TokenRepository['read']>) => {
          if (!begun) await inner.open()
          return inner.read(...args)
        },
      })
    },
  },
  'closed-without-code': {
    mutation: 'rejects after close() with an error of its own',
    caughtBy: 'closed-code',
    failureMatches: /after close\(\) must reject with TOKENWARD_CLOSED/,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys, signal) =>
          pass(keys, signal).catch((error) => {
            throw error.code === 'TOKENWARD_CLOSED' ? new Error('the pool has ended') : error
          }),
      }),
  },
  'listeners-left': {
    mutation: 'listens for the deadline of each read and never stops',
    caughtBy: 'signal-listeners',
    failureMatches: /listeners are left/,
    wrap: (inner) =>
      intercept(inner, {
        read(pass, keys, signal) {
          signal.addEventListener('abort', () => undefined)
          return pass(keys, signal)
        },
      }),
  },
  'one-opens-at-a-time': {
    mutation: 'rejects an open() while another is under way',
    caughtBy: 'concurrent-open',
    failureMatches: /is being opened/,
    wrap(inner) {
      let opening = false
      return replace(inner, {
        open: async () => {
          if (opening) throw new Error('it is being opened')
          opening = true
          try {
            await new Promise((next) => setImmediate(next))
            return await inner.open()
          } finally {
            opening = false
          }
        },
      })
    },
  },
  'opens-after-close': {
    mutation: 'goes on opening after close() has ended it',
    caughtBy: 'concurrent-open',
    failureMatches: /closed while it was opening must reject/,
    wrap: (inner) =>
      replace(inner, {
        open: async () => {
          await new Promise((next) => setTimeout(next, 5))
          return await inner.open()
        },
      }),
  },
})
