import type { Evidence, Presented, Rules } from '../src/decide/evidence.ts'
import type { RevocationScope } from '../src/naming/scopes.ts'
import type { Found, Read } from '../src/records/body.ts'
import type { Cutoff } from '../src/records/cutoff.ts'
import type { Root } from '../src/records/root.ts'
import type { Session } from '../src/records/session.ts'
import type { Token } from '../src/records/token.ts'
import type { RecordState } from '../src/repository/contract.ts'
import { recordOf } from './map-repository.ts'

/** When the tokens of these tests were issued, epoch ms. */
export const ISSUED = 1_800_000_000_000

export const rules: Rules = { leeway: 0, skew: 5000, grace: 10_000, absentRefuses: false }

export const root: Root = { format: 1, check: 'c', maxLifetimes: [{ since: 0, ms: 3_600_000 }] }

export function managed(more: Partial<Presented> = {}): Presented {
  return {
    kind: 'access',
    birth: { e: {}, a: {} },
    issuedAt: ISSUED,
    loginAt: ISSUED,
    validFrom: null,
    expiresAt: ISSUED + 60_000,
    maxLifetime: Number.POSITIVE_INFINITY,
    generation: null,
    needs: 'nothing',
    ...more,
  }
}

export function external(more: Partial<Presented> = {}): Presented {
  return managed({ birth: null, ...more })
}

export function evidence(
  cutoffs: Partial<Record<RevocationScope, Found<Cutoff>>> = {},
  more: Partial<Evidence> = {},
): Evidence {
  const entries = Object.entries(cutoffs) as [RevocationScope, Found<Cutoff>][]
  return { root, cutoffs: new Map(entries), token: null, ...more }
}

export function read<T>(body: T, state: RecordState = 'active'): Read<T> {
  return { record: recordOf(1, { state }), body }
}

export function token(state: RecordState, more: Partial<Token> = {}): Read<Token> {
  return read({ id: 'x', ...more }, state)
}

export function session(
  generation: number,
  rotations: Session['rotations'] = [],
  more: Partial<Session> = {},
): Session {
  const birth = { e: {}, a: {} }
  const times = { loginAt: ISSUED, refreshUntil: ISSUED + 1_000_000 }
  return { id: 'x', generation, ...times, birth, rotations, settled: 0, ...more }
}
