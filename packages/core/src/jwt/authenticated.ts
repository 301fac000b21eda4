import type { Presented } from '../decide/evidence.ts'
import type { Claims } from '../engine/answers.ts'
import type { CutoffKeys, Principal } from '../naming/scopes.ts'
import type { OwnClaim } from './claims.ts'

/** A token whose signature is good, and where the store would know of it. Frozen, shared, cached. */
export interface Authenticated {
  readonly claims: Claims
  readonly presented: Presented
  /** Of this ward's issuer. */
  readonly own: boolean
  /** Managed tokens alone. */
  readonly tw: OwnClaim | null
  readonly principal: Principal
  readonly cutoffKeys: CutoffKeys
  /** Under which the token's own record would stand. */
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
