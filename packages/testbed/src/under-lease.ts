import type { ConformanceOptions, Sample } from '@tokenward/conformance'

/** Cases that have the most to lose by a lease, and take little time. */
const LEASE_CASES: readonly string[] = [
  'revoke-then-verify',
  'order-of-reads',
  'cross-process',
  'revoked-under-lease',
  'lease-lowered',
  'lease-clocks',
]

/** The options of a run of the suite under a lease. `pnpm conformance:lease` leaves out no case. */
export function underLease(
  adapter: string,
): Required<Pick<ConformanceOptions, 'name' | 'lease' | 'rounds'>> & { readonly sample?: Sample } {
  const run = { name: `${adapter} under a lease`, lease: '50ms', rounds: 10 } as const
  return process.env['TOKENWARD_LEASE']
    ? run
    : { ...run, sample: { runs: 12, always: LEASE_CASES } }
}
