import type { TokenFacts } from '../decision/types.ts'
import type { CutoffKeys, Principal } from '../scopes/scopes.ts'
import type { Claims } from '../types/results.ts'
import type { PrivateClaim } from './private-claim.ts'

/** A token with a good signature, and the keys of its records. Frozen, shared and cached. */
export interface Authenticated {
  readonly claims: Claims
  readonly facts: TokenFacts
  /** Of this instance's own issuer. */
  readonly isManaged: boolean
  /** `null`: an external token, or a managed one that was saved. */
  readonly privateClaim: PrivateClaim | null
  readonly principal: Principal
  readonly cutoffKeys: CutoffKeys
  /** Of the token's own record. */
  readonly tokenKey: string
  /** Refresh tokens alone. */
  readonly sessionKey: string | null
}

/** Freezes what callers get to see: it is shared by all who present the same token. */
export function deepFreeze<T extends object>(root: T): T {
  const open: object[] = [root]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    Object.freeze(next)
    for (const value of Object.values(next)) {
      if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) open.push(value)
    }
  }
  return root
}
