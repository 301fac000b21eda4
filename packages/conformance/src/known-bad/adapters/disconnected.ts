import { setTimeout as wait } from 'node:timers/promises'
import type { StoredRecord, TokenRepository, Write } from '@tokenward/core/adapter'
import { intercept, replace } from '../../interceptors/intercept.ts'
import {
  delayReconnect,
  joining,
  leakConnections,
  never,
  offByOneReply,
  repeating,
} from './connections.ts'
import { compare, put } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

type Found = StoredRecord | null

/** How long a server is not asked after a failure, ms: longer than any case waits. */
const RECONNECT_DELAY_MS = 3_600_000
/** Time between an acknowledgement and its write, ms. */
const LATER = 20

/** Defects that show when the network fails. */
export const disconnected: readonly KnownBadAdapter[] = defineAdapters({
  'refused-as-null': {
    mutation: 'takes a refused connection for a miss',
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
    mutation: "has no deadline and ignores the caller's abort",
    caughtBy: 'black-hole',
    failureMatches: /the adapter still waits/,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys) => pass(keys, never()),
        write: (pass, writes) => pass(writes, never()),
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
  'driver-repeats': {
    mutation: 'its driver sends a write again whose reply was lost, by itself',
    caughtBy: 'lost-replies',
    failureMatches: /replaced meanwhile: answered false, though it happened/,
    wrap: (inner) =>
      intercept(inner, {
        write: (pass, writes, signal) => pass(writes, signal).catch(() => pass(writes, signal)),
      }),
  },
  'network-not-claimed': {
    mutation: 'does not claim that its calls cross a network, and so avoids the cases about that',
    caughtBy: 'claims-complete',
    failureMatches: /claim `network`/,
    wrap: (inner) =>
      replace(inner, { capabilities: { ...inner.capabilities, network: false } }),
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
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          if (writes.some(({ record }) => record.kind !== 'token')) return pass(writes, signal)
          const answers = await compare(inner, writes, signal)
          for (const [i, { record }] of writes.entries()) {
            if (answers[i]) void sendLater(inner, record)
          }
          return answers
        },
      }),
  },
  'replacements-sent-late': {
    mutation: 'acknowledges a replacement before the server has it; inserts are sent before',
    caughtBy: 'kill9-server',
    failureMatches: /acknowledged revocations are lost/,
    wrap: (inner) =>
      intercept(inner, {
        async write(pass, writes, signal) {
          const isLate = ({ record, expected }: Write) =>
            record.kind === 'cutoff' && expected !== null
          if (!writes.some(isLate)) return pass(writes, signal)
          const compared = await compare(inner, writes, signal)
          const answers = new Map(writes.map(({ record }, i) => [record.key, compared[i] === true]))
          const now = writes.filter((write) => !isLate(write))
          const sent = now.length > 0 ? await pass(now, signal) : []
          for (const [i, { record }] of now.entries()) answers.set(record.key, sent[i] === true)
          for (const { record } of writes.filter(isLate)) {
            if (answers.get(record.key)) void sendLater(inner, record)
          }
          return writes.map(({ record }) => answers.get(record.key) === true)
        },
      }),
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

async function sendLater(inner: TokenRepository, record: StoredRecord): Promise<void> {
  await wait(LATER)
  await put(inner, record, AbortSignal.timeout(1_000)).catch(() => undefined)
}
