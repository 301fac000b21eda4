/**
 * The members of a principal, with the claim that names each (RFC 7519 §4.1, RFC 9068 §2.2). The checks of
 * claims and of targets, the options of `issue` and the claims of each token are derived from this table.
 */
const CLAIMS = {
  issuer: 'iss',
  subject: 'sub',
  client: 'client_id',
  session: 'sid',
} as const

type Member = keyof typeof CLAIMS

/** A member that is unique within an issuer. */
export type MemberOfIssuer = Exclude<Member, 'issuer'>

/** Who a token is about. */
export type Principal = { readonly issuer: string } & {
  readonly [M in MemberOfIssuer]?: string | undefined
}

/** The name of a claim that names a member of the principal. */
export type PrincipalClaim = (typeof CLAIMS)[Member]

const members = Object.keys(CLAIMS) as Member[]

export const principalClaims: readonly PrincipalClaim[] = Object.values(CLAIMS)

/** A value for each member of a principal except the issuer. */
export function eachMember<T>(value: T): Record<MemberOfIssuer, T> {
  const { issuer: _, ...values } = Object.fromEntries(members.map((member) => [member, value]))
  return values as Record<MemberOfIssuer, T>
}

/** The principal of a token with these claims, whose types were checked. */
export function principalOf(claims: { readonly [C in PrincipalClaim]?: string }): Principal {
  return fromMembers((member) => claims[CLAIMS[member]])
}

/** Only the members of the principal, without the other properties. */
export function onlyPrincipal(principal: Principal): Principal {
  return fromMembers((member) => principal[member])
}

function fromMembers(valueFor: (member: Member) => string | undefined): Principal {
  const values: unknown = Object.fromEntries(members.map((member) => [member, valueFor(member)]))
  return values as Principal
}

/** The claims that name this principal. */
export function claimsOf(principal: Principal): { readonly [C in PrincipalClaim]?: string } {
  return Object.fromEntries(members.map((member) => [CLAIMS[member], principal[member]]))
}

/**
 * The revocation scopes that have a cutoff, widest first. Their keys, the letters on the wire and the
 * targets of `revoke`, `list` and `explain` are derived from this table.
 */
const TABLE = {
  global: { letter: 'g', identifiedBy: [] },
  issuer: { letter: 'i', identifiedBy: ['issuer'] },
  client: { letter: 'c', identifiedBy: ['issuer', 'client'] },
  subject: { letter: 'u', identifiedBy: ['issuer', 'subject'] },
  'subject+client': {
    letter: 'b',
    identifiedBy: ['issuer', 'subject', 'client'],
    derivedFrom: ['client', 'subject'],
  },
  session: { letter: 's', identifiedBy: ['issuer', 'session'] },
} as const

interface ScopeRow {
  /** Used in signed claims and in groups, which must be short. Never change or reuse one. */
  readonly letter: string
  /** The members of the principal that identify the scope. A token that lacks one is not in the scope. */
  readonly identifiedBy: readonly Member[]
  /** The scopes from whose keys its key derives, so that no record stores it beside theirs. */
  readonly derivedFrom?: readonly CutoffScope[]
}

/** A scope that has a cutoff: "everything of this scope issued up to here is revoked". */
export type CutoffScope = keyof typeof TABLE

/**
 * What one call can revoke, from the widest to the narrowest. (The claim `scope` of OAuth is something
 * else.)
 */
export type RevocationScope = CutoffScope | 'token'

export const cutoffScopes = Object.keys(TABLE) as CutoffScope[]

/** The key of each cutoff that a token is subject to. */
export type CutoffKeys = ReadonlyMap<CutoffScope, string>

export function scopeLetter(scope: CutoffScope): string {
  return TABLE[scope].letter
}

/**
 * What the key of a scope is made of: the keys of the scopes that it derives from, or what identifies the
 * principal in it. `null`: the principal is not in the scope.
 */
export function keyParts(
  scope: CutoffScope,
  principal: Partial<Principal>,
  cutoffKeys: CutoffKeys,
): string[] | null {
  const { identifiedBy, derivedFrom }: ScopeRow = TABLE[scope]
  const parts = derivedFrom
    ? derivedFrom.map((source) => cutoffKeys.get(source))
    : identifiedBy.map((name) => principal[name])
  return parts.every((part) => part !== undefined) ? parts : null
}

/** The scopes from whose keys the key of this scope derives; none: it derives from the principal. */
export function sourcesOf(scope: CutoffScope): readonly CutoffScope[] {
  return (TABLE[scope] as ScopeRow).derivedFrom ?? []
}

/** The scope of a target with these members besides `issuer`. */
export function scopeOfTarget(members: readonly string[]): CutoffScope | undefined {
  const named = ['issuer', ...members].sort().join()
  return cutoffScopes.find((scope) => [...TABLE[scope].identifiedBy].sort().join() === named)
}
