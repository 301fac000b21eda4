import { setTimeout as wait } from 'node:timers/promises'
import type { StoredRecord } from '@tokenward/core'
import { interpose } from '../../interceptors/intercept.ts'
import { joining, leaking, never, oneBehind, repeating, sulking } from './connections.ts'
import { compare, put } from './helpers.ts'
import { adapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type Found = StoredRecord | null

/** How long a server is left alone that has failed once, ms: longer than any case waits. */
const SULKING = 3_600_000
/** Between an acknowledgement and what was acknowledged, ms. */
const LATER = 20

/** What goes wrong when the network does. */
export const disconnected: readonly KnownBadAdapter[] = adapters({
  'refused-as-null': {
    breaks: 'takes a connection that was refused for a miss',
    namedCase: 'refused-port',
    because: /disturbed: The store has no root record/,
    wrap: (inner) =>
      interpose(inner, {
        read: (pass, keys, signal) =>
          pass(keys, signal).catch((error) => {
            if (signal.aborted) throw error
            return keys.map(() => null)
          }),
      }),
  },
  'waits-for-ever': {
    breaks: 'has no deadline of its own and does not hear of the caller giving up',
    namedCase: 'black-hole',
    because: /the adapter still waits/,
    wrap: (inner) =>
      interpose(inner, {
        read: (pass, keys) => pass(keys, never()),
        write: (pass, writes) => pass(writes, never()),
      }),
  },
  'cut-write-as-false': {
    breaks: 'answers a write whose reply was cut as one that lost',
    namedCase: 'half-reply',
    because: /at its write: disturbed: The store/,
    wrap: (inner) =>
      interpose(inner, {
        write: (pass, writes, signal) =>
          pass(writes, signal).catch((error) => {
            if (signal.aborted) throw error
            return writes.map(() => false)
          }),
      }),
  },
  'repeats-until-answered': {
    breaks: 'repeats what failed until there is an answer, whoever still waits for it',
    namedCase: 'reset-after-send',
    because: /the adapter still waits/,
    wrap: repeating,
  },
  'resends-and-compares': {
    breaks:
      'sends a write again whose answer was lost, and finds that somebody has changed the record',
    namedCase: 'cut-replies',
    because: /answered false, though it happened/,
    wrap: (inner) =>
      interpose(inner, {
        write: (pass, writes, signal) =>
          pass(writes, signal).catch(async () => {
            const standing = await inner.read(
              writes.map(({ record }) => record.key),
              signal,
            )
            const isMet = writes.every(
              ({ expected }, i) => (standing[i]?.etag ?? null) === expected,
            )
            return isMet ? await pass(writes, signal) : writes.map(() => false)
          }),
      }),
  },
  'reads-one-behind': {
    breaks: 'gives a read the late answer to the one before it',
    namedCase: 'late-reply',
    because: /one answer per key|in the order asked/,
    wrap(inner) {
      const behind = oneBehind<readonly Found[]>()
      return interpose(inner, {
        read: (pass, keys, signal) => behind(pass(keys, never()), signal),
      })
    },
  },
  'writes-one-behind': {
    breaks: 'gives a write the late answer to the one before it',
    namedCase: 'late-replies',
    because: /a write was answered by another's reply/,
    wrap(inner) {
      const behind = oneBehind<readonly boolean[]>()
      return interpose(inner, {
        write: (pass, writes, signal) => behind(pass(writes, never()), signal),
      })
    },
  },
  'leaks-connections': {
    breaks: 'does not give a connection back to the pool that was taken for a call which failed',
    namedCase: 'pool-exhausted',
    because: /is not well/,
    wrap: leaking,
  },
  'gives-up-for-good': {
    breaks: 'does not connect again to a server that has failed',
    namedCase: 'recover',
    because: /is not well/,
    wrap: (inner) => sulking(inner, Infinity),
  },
  'leaves-the-server-alone': {
    breaks: 'asks a server no more for half a minute that has failed once',
    namedCase: 'win-back-on-wire',
    because: /The write may have happened/,
    wrap: (inner) => sulking(inner, SULKING),
  },
  'joins-by-key': {
    breaks: 'a read joins those under way that ask for its keys',
    namedCase: 'join-after-send-on-wire',
    because: /a read in flight was joined/,
    wrap: joining,
  },
  'acknowledges-then-sends': {
    breaks: 'acknowledges a write before the server has it',
    namedCase: 'kill9-server',
    because: /acknowledged revocations are lost/,
    wrap: (inner) =>
      interpose(inner, {
        async write(pass, writes, signal) {
          if (writes.some(({ record }) => record.kind !== 'token')) return pass(writes, signal)
          const answers = await compare(inner, writes, signal)
          for (const [i, { record }] of writes.entries()) {
            const send = () => put(inner, record, AbortSignal.timeout(1_000))
            if (answers[i])
              void wait(LATER)
                .then(send)
                .catch(() => undefined)
          }
          return answers
        },
      }),
  },
  'answers-from-memory-when-away': {
    breaks: 'answers with what it saw last while the server is away',
    namedCase: 'linearizable-restart',
    because: /^not linearizable/,
    wrap(inner) {
      const seen = new Map<string, Found>()
      return interpose(inner, {
        async read(pass, keys, signal) {
          try {
            const found = await pass(keys, signal)
            for (const [i, key] of keys.entries()) seen.set(key, found[i] ?? null)
            return found
          } catch (error) {
            if (signal.aborted) throw error
            return keys.map((key) => seen.get(key) ?? null)
          }
        },
      })
    },
  },
  'notes-last-use': {
    breaks: 'writes down in each record when it was read',
    namedCase: 'least-privilege',
    because: /The store failed/,
    wrap: (inner) =>
      interpose(inner, {
        async read(pass, keys, signal) {
          const found = await pass(keys, signal)
          for (const record of found) {
            if (record) await inner.write([{ record, expected: record.etag }], signal)
          }
          return found
        },
      }),
  },
})
