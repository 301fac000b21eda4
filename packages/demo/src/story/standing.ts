import type { Tokenward, VerifyResult } from '@tokenward/core'

/** Verifies each of some named tokens, and says in a word or two how it stands. */
export async function standing<N extends string>(
  instance: Tokenward,
  tokens: Readonly<Record<N, string>>,
): Promise<Readonly<Record<N, string>>> {
  const verdicts = Object.entries<string>(tokens).map(
    async ([name, token]) => [name, inShort(await instance.verify(token))] as const,
  )
  return Object.fromEntries(await Promise.all(verdicts)) as Record<N, string>
}

function inShort(verdict: VerifyResult): string {
  if (verdict.active) return 'active'
  return verdict.decidedBy === undefined
    ? verdict.reason
    : `${verdict.reason} (${verdict.decidedBy})`
}
