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

/** `only` of a run under a lease: `pnpm conformance --lease` and a full run leave out nothing. */
export function leaseCases(): { readonly only?: readonly string[] } {
  const all = process.env['TOKENWARD_LEASE'] ?? process.env['TOKENWARD_FULL']
  return all === undefined ? { only: LEASE_CASES } : {}
}
