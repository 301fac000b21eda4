import type { RecordState } from '../src/adapter/contract.ts'
import type { Evidence, Rules, TokenFacts } from '../src/decision/types.ts'
import type { Loaded, Lookup } from '../src/records/body.ts'
import type { Cutoff } from '../src/records/cutoff.ts'
import type { Root } from '../src/records/root.ts'
import type { Session } from '../src/records/session.ts'
import type { Token } from '../src/records/token.ts'
import type { CutoffScope } from '../src/scopes/scopes.ts'
import { recordOf } from './map-repository.ts'

/** When the tokens of these tests were issued, in ms since 1970. */
export const ISSUED = 1_800_000_000_000

export const rules: Rules = { leeway: 0, skew: 5000, grace: 10_000, missingMeansRefused: false }

export const root: Root = {
  format: 2,
  pepperCheck: 'c',
  maxLifetimes: [{ since: 0, ms: 3_600_000 }],
}

export function managed(more: Partial<TokenFacts> = {}): TokenFacts {
  return {
    kind: 'access',
    issuedUnder: { epochs: {}, accessEpochs: {} },
    issuedAt: ISSUED,
    loginAt: ISSUED,
    validFrom: null,
    expiresAt: ISSUED + 60_000,
    maxLifetime: Number.POSITIVE_INFINITY,
    generation: null,
    requiredRecord: 'none',
    ...more,
  }
}

export function external(more: Partial<TokenFacts> = {}): TokenFacts {
  return managed({ issuedUnder: null, ...more })
}

export function evidence(
  cutoffs: Partial<Record<CutoffScope, Lookup<Cutoff>>> = {},
  more: Partial<Evidence> = {},
): Evidence {
  const entries = Object.entries(cutoffs) as [CutoffScope, Lookup<Cutoff>][]
  return { root, cutoffs: new Map(entries), token: null, ...more }
}

/** A stored record with this body. */
export function loaded<T>(body: T, state: RecordState = 'active'): Loaded<T> {
  return { record: recordOf(1, { state }), body }
}

export function token(state: RecordState, more: Partial<Token> = {}): Loaded<Token> {
  return loaded({ id: 'x', ...more }, state)
}

export function session(
  generation: number,
  rotations: Session['rotations'] = [],
  more: Partial<Session> = {},
): Session {
  const times = { loginAt: ISSUED, refreshUntil: ISSUED + 1_000_000 }
  return { id: 'x', generation, ...times, e: {}, a: {}, rotations, settled: 0, ...more }
}
