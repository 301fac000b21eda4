import type { Write } from '@tokenward/core/adapter'
import { intercept, replace } from '../../interceptors/intercept.ts'
import { SendBuffer } from './connections.ts'
import { compare } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

/** Writes that are sent twice, or late, and a network that is not admitted. */
export const resent: readonly KnownBadAdapter[] = defineAdapters({
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
    wrap: (inner) => replace(inner, { capabilities: { ...inner.capabilities, network: false } }),
  },
  'replacements-sent-late': {
    mutation: 'acknowledges a replacement before the server has it; inserts are sent before',
    caughtBy: 'kill9-server',
    failureMatches: /acknowledged revocations are lost/,
    wrap(inner) {
      const buffer = new SendBuffer(inner)
      return intercept(inner, {
        async write(pass, writes, signal) {
          const isLate = ({ record, expected }: Write) =>
            record.kind === 'cutoff' && expected !== null
          if (!writes.some(isLate)) return buffer.watch(pass(writes, signal))
          const compared = await buffer.watch(compare(inner, writes, signal))
          const answers = new Map(writes.map(({ record }, i) => [record.key, compared[i] === true]))
          const now = writes.filter((write) => !isLate(write))
          const sent = now.length > 0 ? await pass(now, signal) : []
          for (const [i, { record }] of now.entries()) answers.set(record.key, sent[i] === true)
          for (const { record } of writes.filter(isLate)) {
            if (answers.get(record.key)) void buffer.send(record)
          }
          return writes.map(({ record }) => answers.get(record.key) === true)
        },
      })
    },
  },
})
