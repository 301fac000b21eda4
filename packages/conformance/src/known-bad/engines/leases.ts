import { defineEngines } from './known-bad-engine.ts'

const cache = 'lease/evidence-cache.js'
const leases = 'lease/leases.js'
const lapse = 'lease/lapse.js'

const REVOKED = 'revoked-under-lease'
const CLOCKS = 'lease-clocks'

/** Cores whose instances use from memory what was revoked meanwhile. */
export const leaseEngines: ReturnType<typeof defineEngines> = defineEngines({
  'revoke-waits-for-no-lease': {
    mutation: 'a revocation resolves when the store has acknowledged it, whatever leases there are',
    caughtBy: REVOKED,
    failureMatches: /from memory/,
    patches: [{ file: lapse, find: 'if (lease === 0)', replace: 'if (true)' }],
  },
  'only-caching-instances-wait': {
    mutation: 'a revocation by an instance without a cache waits for no lease',
    caughtBy: REVOKED,
    failureMatches: /from memory/,
    patches: [
      {
        file: lapse,
        find: 'if (lease === 0)',
        replace: 'if (lease === 0 || context.cache === null)',
      },
    ],
  },
  'consume-waits-for-no-lease': {
    mutation: 'a token that is used up may still be verified from memory',
    caughtBy: REVOKED,
    failureMatches: /from memory/,
    patches: [
      { file: 'operations/consume.js', find: 'await untilLeasesEnd(context, seen)', replace: '0' },
    ],
  },
  'lease-from-the-reply': {
    mutation: 'a lease begins when the reply of the store arrives',
    caughtBy: REVOKED,
    failureMatches: /from memory/,
    patches: [
      {
        file: cache,
        find: '...start, evidence,',
        replace: '...this.start(), evidence,',
      },
    ],
  },
  'acceptance-without-end': {
    mutation:
      'what was accepted from memory once is accepted for as long as the token is remembered',
    caughtBy: REVOKED,
    failureMatches: /from memory/,
    patches: [{ file: cache, find: 'if (age >= leased.lease)', replace: 'if (false)' }],
  },
  'lowered-lease-at-once': {
    mutation: 'a revocation waits only for the lease that the store was prepared for last',
    caughtBy: 'lease-lowered',
    failureMatches: /under the earlier lease/,
    patches: [
      { file: leases, find: 'next === undefined || now <', replace: 'next === undefined || 0 >' },
    ],
  },
  'raised-lease-at-once': {
    mutation:
      'an instance uses a raised lease while a revocation that waits for the earlier one is under way',
    caughtBy: 'lease-raised',
    failureMatches: /under the raised lease/,
    patches: [
      {
        file: leases,
        find: 'i === 0 || now >= since + CLOCK_MARGIN_MS',
        replace: 'i === 0 || now >= since',
      },
    ],
  },
  'monotonic-clock-alone': {
    mutation: 'a lease is measured by a clock that stops while the machine is suspended',
    caughtBy: CLOCKS,
    failureMatches: /by a clock that stopped/,
    patches: [
      { file: cache, find: 'const wallAge = Date.now() - wall', replace: 'const wallAge = age' },
    ],
  },
  'wall-clock-alone': {
    mutation: 'a lease is measured by a clock that can be set back',
    caughtBy: CLOCKS,
    failureMatches: /by a clock that was set back/,
    patches: [
      {
        file: cache,
        find: 'const age = performance.now() - monotonic',
        replace: 'const age = Date.now() - wall',
      },
    ],
  },
})
