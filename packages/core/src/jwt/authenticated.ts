import type { TokenFacts } from '../decision/types.ts'
import type { CutoffKeys, Principal } from '../scopes/scopes.ts'
import type { Claims } from '../types/results.ts'
import type { PrivateClaim } from './private-claim.ts'

/** A token whose signature is valid, and the keys of its records. Frozen, shared and cached. */
export interface Authenticated {
  readonly claims: Claims
  readonly facts: TokenFacts
  /** Whether it is a token of the instance's own issuer. */
  readonly isManaged: boolean
  /** `null`: an external token, or a saved one. */
  readonly privateClaim: PrivateClaim | null
  readonly principal: Principal
  readonly cutoffKeys: CutoffKeys
  /** The key of the token's own record. */
  readonly tokenKey: string
  /** The key of the session's record. `null`: not a refresh token. */
  readonly sessionKey: string | null
  /** The keys of all of these records. */
  readonly recordKeys: readonly string[]
}
