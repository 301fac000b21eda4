import type { TokenRepository } from '@tokenward/core/adapter'
import { interpose, replace } from '../../tamper/interpose.ts'
import { adapters, type KnownBadAdapter } from './known-bad-adapter.ts'

/** What lies between open() and close(). */
export const sessions: readonly KnownBadAdapter[] = adapters({
  'opens-by-itself': {
    breaks: 'opens when it is first asked',
    namedCase: 'before-open',
    because: /before open\(\) must reject/,
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
    breaks: 'rejects after close() with an error of its own',
    namedCase: 'closed-code',
    because: /after close\(\) must reject with TOKENWARD_CLOSED/,
    wrap: (inner) =>
      interpose(inner, {
        read: (pass, keys, signal) =>
          pass(keys, signal).catch((error) => {
            throw error.code === 'TOKENWARD_CLOSED' ? new Error('the pool has ended') : error
          }),
      }),
  },
  'listeners-left': {
    breaks: 'listens for the deadline of each read and never stops',
    namedCase: 'signal-listeners',
    because: /listeners are left/,
    wrap: (inner) =>
      interpose(inner, {
        read(pass, keys, signal) {
          signal.addEventListener('abort', () => undefined)
          return pass(keys, signal)
        },
      }),
  },
  'one-opens-at-a-time': {
    breaks: 'rejects an open() while another is under way',
    namedCase: 'concurrent-open',
    because: /is being opened/,
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
    breaks: 'goes on opening after close() has ended it',
    namedCase: 'concurrent-open',
    because: /closed while it was opening must reject/,
    wrap: (inner) =>
      replace(inner, {
        open: async () => {
          await new Promise((next) => setTimeout(next, 5))
          return await inner.open()
        },
      }),
  },
})
