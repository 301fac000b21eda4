import type { Violation } from './history.ts'

/** Something that core does not keep yet: it is counted and shown, and does not fail a run. */
export interface OpenFinding {
  readonly invariant: string
  readonly message: RegExp
  readonly why: string
}

/** Each must still be seen: a run in which one is not asks for its line to go. */
export const openFindings: readonly OpenFinding[] = [
  {
    invariant: 'I1 also beside a prune',
    message: /./,
    why: 'a cutoff that is pruned between the read and the write of a revoke-now has no epoch any more, which is taken for a new one: the revocation is acknowledged as covered, and what was born under the old epoch lives',
  },
  {
    invariant: 'I3 the first revocation is kept',
    message: /^the family .* were both the first to revoke it$/,
    why: 'of two revokes of one family up to the same instant, both answer `first: true`: the second sent a write, and does not look whether it was the one that landed',
  },
]

export function isOpen({ invariant, message }: Violation): boolean {
  return openFindings.some((open) => open.invariant === invariant && open.message.test(message))
}
