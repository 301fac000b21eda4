import { MINUTE } from '../../harness/clock.ts'
import { mapReads, mapWrites } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

/** Time zones. */
export const localTime: readonly KnownBadAdapter[] = defineAdapters({
  'instants-in-local-time': {
    mutation: 'stores instants as local times, without their time zone',
    caughtBy: 'time-zones',
    failureMatches: /written in \S+ and read in \S+/,
    wrap: (inner) =>
      mapReads(
        mapWrites(inner, (record) => ({ ...record, expiresAt: toLocal(record.expiresAt) })),
        (found) =>
          found.map((record) => record && { ...record, expiresAt: fromLocal(record.expiresAt) }),
      ),
  },
})

function toLocal(instant: number): number {
  return instant - new Date(instant).getTimezoneOffset() * MINUTE
}

/** What is no Date stays as it is. */
function fromLocal(local: number): number {
  const at = new Date(local)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  const [hour, minute] = [at.getUTCHours(), at.getUTCMinutes()]
  const time = new Date(year, month, day, hour, minute, at.getUTCSeconds(), at.getUTCMilliseconds())
  return Number.isNaN(time.getTime()) ? local : time.getTime()
}
