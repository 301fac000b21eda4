// The state of the model. It follows Tokenward's documentation, not core's code: an order of
// events instead of epochs, a list of revocations instead of cutoffs.
import type { RevocationNote, RevocationScope } from '@tokenward/core'

/** Durations in ms. */
export interface Rules {
  readonly policy: 'allowlist' | 'denylist'
  readonly grace: number
  readonly leeway: number
  readonly skew: number
  readonly access: number
  readonly refresh: number
  readonly session: number
  /** L: no token with a longer lifetime is accepted. */
  readonly maxLifetime: number
  /** Whether the instances have keys that seal. `verify` then returns no notes. */
  readonly isSealed: boolean
}

/** The principal of a token; in a revocation, its target. Without members: everything. */
export interface Principal {
  readonly issuer?: string
  readonly subject?: string
  readonly client?: string
  readonly session?: string
}

export interface Revocation {
  readonly of: Principal
  readonly kind: 'now' | 'access' | 'before'
  /** By the clock of the instance that was called; all instants are ms since 1970. */
  readonly at: number
  /** Its place in the order of events. */
  readonly order: number
  /** For `before`. */
  readonly before?: number
  /** `null`: not the caller's note. */
  readonly note: RevocationNote | null
}

/** What was done to one token, under any of its encodings. */
export interface TokenHistory {
  stored: boolean
  consumed?: { readonly at: number; readonly key: string | undefined }
  revoked?: Pick<Revocation, 'at' | 'note'>
  /** Of a token without a login. */
  kept?: KeptData
}

/** What is kept in a record. */
export interface KeptData {
  /**
   * `unknown`: an erasure leaves out records that may be pruned soon, and a revocation by id makes a
   * record anew where it was pruned.
   */
  data: object | null | 'unknown'
}

export interface Token {
  /** For messages. */
  readonly label: string
  readonly text: string
  readonly kind: 'access' | 'refresh'
  readonly principal: Principal
  /** `plain`: of the instances' issuer, but signed before there were instances. */
  readonly origin: 'instance' | 'plain' | 'external'
  readonly audience: string
  readonly scope: string | undefined
  /** A further claim; of a refresh token, the claim that it carries to its successors. */
  readonly role: string | undefined
  /** When that claim was obtained, in the order of events. */
  readonly obtained: number
  /** `undefined`: it has no id. */
  readonly jti: string | undefined
  readonly issuedAt: number
  readonly expiresAt: number
  /** When it was issued, in the order of events. */
  readonly order: number
  /** The login that it descends from; missing for a token without one. */
  readonly login: Login | undefined
  /** Of refresh tokens, counted from 1. */
  readonly generation: number
  readonly state: TokenHistory
}

export interface Login {
  readonly principal: Principal & { readonly issuer: string; readonly session: string }
  readonly order: number
  readonly at: number
  readonly endsAt: number
  readonly audience: string
  readonly scope: string | undefined
  /** How the claims were given. */
  readonly claims: Claims
  readonly lifetime: number
  generation: number
  /**
   * When each generation was rotated, the first at index 0, by the clock of the instance that did it.
   */
  readonly rotatedAt: number[]
  readonly kept: KeptData
}

export type Claims = 'none' | 'object' | 'function'

export interface Model {
  readonly rules: Rules
  readonly tokens: Token[]
  readonly logins: Login[]
  readonly revocations: Revocation[]
  /** How many events there were. */
  order: number
}

/** @param madeAt when the store was prepared: older external tokens are refused */
export function createModel(rules: Rules, madeAt: number): Model {
  const made: Revocation = { of: {}, kind: 'now', at: madeAt, order: 0, note: null }
  return { rules, tokens: [], logins: [], revocations: [made], order: 0 }
}

/** I5: expired if and only if now ≥ exp + leeway. */
export function isPast({ rules }: Model, { expiresAt }: Token, now: number): boolean {
  return now >= expiresAt + rules.leeway
}

export function scopeOf({ issuer, subject, client, session }: Principal): RevocationScope {
  if (session !== undefined) return 'session'
  if (subject !== undefined) return client === undefined ? 'subject' : 'subject+client'
  if (client !== undefined) return 'client'
  return issuer === undefined ? 'global' : 'issuer'
}
