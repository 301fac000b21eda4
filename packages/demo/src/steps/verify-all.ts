import type { Tokenward, VerifyResult } from '@tokenward/core'

/** Verifies several tokens, and returns a short result for each name. */
export async function verifyAll<Name extends string>(
  tokens: Tokenward,
  accessTokens: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, string>>> {
  const results = Object.entries<string>(accessTokens).map(
    async ([name, token]) => [name, shortResult(await tokens.verify(token))] as const,
  )
  return Object.fromEntries(await Promise.all(results)) as Record<Name, string>
}

function shortResult(result: VerifyResult): string {
  if (result.active) return 'active'
  return result.decidedBy === undefined ? result.reason : `${result.reason} (${result.decidedBy})`
}
