import { setTimeout as wait } from 'node:timers/promises'
import type { StoredRecord } from '@tokenward/core'
import { intercept } from '../../interceptors/intercept.ts'
import { joining, leaking, never, oneBehind, repeating, sulking } from './connections.ts'
import { compare, put } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type Found = StoredRecord | null

/** How long a server is left alone that has failed once, ms: longer than any case waits. */
const SULKING = 3_600_000
/** Between an acknowledgement and what was acknowledged, ms. */
const LATER = 20

/** What goes wrong when the network does. */
export const disconnected: readonly KnownBadAdapter[] = defineAdapters({
  'refused-as-null': {
    mutation: 'takes a connection that was refused for a miss',
    caughtBy: 'refused-port',
    failureMatches: /disturbed: The store has no root record/,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys, signal) =>
          pass(keys, signal).catch((error) => {
            if (signal.aborted) throw error
            return keys.map(() => null)
          }),
      }),
  },
  'never-times-out': {
    mutation: 'has no deadline of its own and does not hear of the caller giving up',
    caughtBy: 'black-hole',
    failureMatches: /the adapter still waits/,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys) => pass(keys, never()),
        write: (pass, writes) => pass(writes, never()),
      }),
  },
  'cut-write-as-false': {
    mutation: 'answers a write whose reply was cut as one that lost',
    caughtBy: 'half-reply',
    failureMatches: /at its write: disturbed: The store/,
    wrap: (inner) =>
      intercept(inner, {
        write: (pass, writes, signal) =>
          pass(writes, signal).catch((error) => {
            if (signal.aborted) throw error
            return writes.map(() => false)
          }),
      }),
  },
  'repeats-until-answered': {
    mutation: 'repeats what failed until there is an answer, whoever still waits for it',
    caughtBy: 'reset-after-send',
    failureMatches: /the adapter still waits/,
    wrap: repeating,
  },
  'resends-and-compares': {
    mutation:
      'sends a write again whose answer was lost, and finds that somebody has changed the record',
    caughtBy: 'lost-replies',
    failureMatches: /answered false, though it happened/,
    wrap: (inner) =>
      intercept(inner, {
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
    mutation: 'gives a read the late answer to the one before it',
    caughtBy: 'late-reply',
    failureMatches: /one answer per key|in the order asked/,
    wrap(inner) {
      const behind = oneBehind<readonly Found[]>()
      return intercept(inner, {
        read: (pass, keys, signal) => behind(pass(keys, never()), signal),
      })
    },
  },
  'writes-one-behind': {
    mutation: 'gives a write the late answer to the one before it',
    caughtBy: 'late-replies',
    failureMatches: /a write was answered by another's reply/,
    wrap(inner) {
      const behind = oneBehind<readonly boolean[]>()
      return intercept(inner, {
        write: (pass, writes, signal) => behind(pass(writes, never()), signal),
      })
    },
  },
  'leaks-connections': {
    mutation: 'does not give a connection back to the pool that was taken for a call which failed',
    caughtBy: 'pool-exhausted',
    failureMatches: /is not well/,
    wrap: leaking,
  },
  'never-reconnects': {
    mutation: 'does not connect again to a server that has failed',
    caughtBy: 'recover',
    failureMatches: /is not well/,
    wrap: (inner) => sulking(inner, Infinity),
  },
  'leaves-the-server-alone': {
    mutation: 'asks a server no more for half a minute that has failed once',
    caughtBy: 'recognize-own-write-on-wire',
    failureMatches: /The write may have happened/,
    wrap: (inner) => sulking(inner, SULKING),
  },
  'joins-by-key': {
    mutation: 'a read joins those under way that ask for its keys',
    caughtBy: 'join-after-send-on-wire',
    failureMatches: /a read in flight was joined/,
    wrap: joining,
  },
  'acknowledges-then-sends': {
    mutation: 'acknowledges a write before the server has it',
    caughtBy: 'kill9-server',
    failureMatches: /acknowledged revocations are lost/,
    wrap: (inner) =>
      intercept(inner, {
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
  'stale-reads-during-outage': {
    mutation: 'answers with what it saw last while the server is away',
    caughtBy: 'linearizable-restart',
    failureMatches: /^not linearizable/,
    wrap(inner) {
      const seen = new Map<string, Found>()
      return intercept(inner, {
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
    mutation: 'writes down in each record when it was read',
    caughtBy: 'least-privilege',
    failureMatches: /The store failed/,
    wrap: (inner) =>
      intercept(inner, {
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
