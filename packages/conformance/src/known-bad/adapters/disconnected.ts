import type { StoredRecord } from '@tokenward/core/adapter'
import { intercept } from '../../interceptors/intercept.ts'
import {
  delayReconnect,
  joining,
  leakConnections,
  never,
  offByOneReply,
  repeating,
  SendBuffer,
  untilLate,
} from './connections.ts'
import { compare } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'
import { resent } from './resent.ts'

type Found = StoredRecord | null

/** How long a server is not asked after a failure, ms: longer than any case waits. */
const RECONNECT_DELAY_MS = 3_600_000

/** Defects that show when the network fails. */
const network: readonly KnownBadAdapter[] = defineAdapters({
  'refused-as-null': {
    mutation: 'takes a refused connection for a miss',
    caughtBy: 'refused-port',
    // On an evicting store a missing record is an answer.
    failureMatches:
      /disturbed: (The store has no root record|TOKENWARD_STORE_UNAVAILABLE was expected)/,
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
    mutation: "has no deadline and ignores the caller's abort",
    caughtBy: 'black-hole',
    failureMatches: /the adapter still waits/,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys) => pass(keys, never()),
        write: (pass, writes) => pass(writes, never()),
      }),
  },
  'cut-not-noticed': {
    mutation: 'waits for the deadline of a call whose connection was cut',
    caughtBy: 'lost-replies',
    failureMatches: /the call waited for its deadline/,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys, signal) => untilLate(pass(keys, signal), signal),
        write: (pass, writes, signal) => untilLate(pass(writes, signal), signal),
      }),
  },
  'cut-write-as-false': {
    mutation: 'returns false for a write whose reply was cut',
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
    mutation: 'repeats a failed call until there is an answer, even if the caller has aborted',
    caughtBy: 'reset-after-send',
    failureMatches: /the adapter still waits/,
    wrap: repeating,
  },
  'resends-and-compares': {
    mutation:
      'sends a write again whose reply was lost, and finds that another process has changed the record',
    caughtBy: 'lost-replies',
    failureMatches: /answered false, though it happened/,
    wrap: (inner) =>
      intercept(inner, {
        write: (pass, writes, signal) =>
          pass(writes, signal).catch(async () => {
            const stored = await inner.read(
              writes.map(({ record }) => record.key),
              signal,
            )
            const isMet = writes.every(({ expected }, i) => (stored[i]?.etag ?? null) === expected)
            return isMet ? await pass(writes, signal) : writes.map(() => false)
          }),
      }),
  },
  'reads-one-behind': {
    mutation: 'returns the late answer to one read from the next read',
    caughtBy: 'late-reply',
    failureMatches: /one answer per key|in the order asked/,
    wrap(inner) {
      const behind = offByOneReply<readonly Found[]>()
      return intercept(inner, {
        read: (pass, keys, signal) => behind(pass(keys, never()), signal),
      })
    },
  },
  'writes-one-behind': {
    mutation: 'returns the late answer to one write from the next write',
    caughtBy: 'late-replies',
    failureMatches: /a write was answered by another's reply/,
    wrap(inner) {
      const behind = offByOneReply<readonly boolean[]>()
      return intercept(inner, {
        write: (pass, writes, signal) => behind(pass(writes, never()), signal),
      })
    },
  },
  'leaks-connections': {
    mutation: 'does not return the connection of a failed call to the pool',
    caughtBy: 'pool-exhausted',
    failureMatches: /is not well/,
    wrap: leakConnections,
  },
  'never-reconnects': {
    mutation: 'does not reconnect to a server that has failed',
    caughtBy: 'recover',
    failureMatches: /is not well/,
    wrap: (inner) => delayReconnect(inner, Infinity),
  },
  'leaves-the-server-alone': {
    mutation: 'does not ask a failed server for half a minute',
    caughtBy: 'recognize-own-write-on-wire',
    failureMatches: /The write may have happened/,
    wrap: (inner) => delayReconnect(inner, RECONNECT_DELAY_MS),
  },
  'joins-by-key': {
    mutation: 'a read joins pending reads of the same keys',
    caughtBy: 'join-after-send-on-wire',
    failureMatches: /a read in flight was joined/,
    wrap: joining,
  },
  'acknowledges-then-sends': {
    mutation: 'acknowledges a write before the server has it',
    caughtBy: 'kill9-server',
    failureMatches: /acknowledged revocations are lost/,
    wrap(inner) {
      const buffer = new SendBuffer(inner)
      return intercept(inner, {
        async write(pass, writes, signal) {
          if (writes.some(({ record }) => record.kind === 'root')) return pass(writes, signal)
          const answers = await buffer.watch(compare(inner, writes, signal))
          for (const [i, { record }] of writes.entries()) {
            if (answers[i]) void buffer.send(record)
          }
          return answers
        },
      })
    },
  },
  'stale-reads-during-outage': {
    mutation: 'returns the last record that it read while the server is away',
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
    mutation: 'stores in each record when it was read',
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

/** All that need a network to show. */
export const disconnected: readonly KnownBadAdapter[] = [...network, ...resent]
