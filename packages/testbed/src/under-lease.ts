/** Cases that have the most to lose by a lease, and take little time. */
const LEASE_CASES: readonly string[] = [
  'revoke-then-verify',
  'order-of-reads',
  'rotate-race',
  'consume-race',
  'revoke-vs-rotate',
  'double-revoke',
  'access-only',
  'external-cutoff',
  'clock-jump',
  'fail-open-explicit',
  'unreadable-record',
  'cross-process',
  'revoked-under-lease',
  'lease-lowered',
  'lease-clocks',
]

/** The options of a run of the suite under a lease: `pnpm conformance:lease` and a full run leave out no case. */
export function underLease(adapter: string): {
  readonly name: string
  readonly lease: '50ms'
  readonly rounds: number
  readonly only?: readonly string[]
} {
  const all = process.env['TOKENWARD_LEASE'] ?? process.env['TOKENWARD_FULL']
  const run = { name: `${adapter} under a lease`, lease: '50ms', rounds: 10 } as const
  return all === undefined ? { ...run, only: LEASE_CASES } : run
}
