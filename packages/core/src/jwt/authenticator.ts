import { invalidClaim } from '../decision/decide.ts'
import { isInactive } from '../decision/outcome.ts'
import type { Reason, Refusal, TokenFacts } from '../decision/types.ts'
import { deepFreeze } from '../input/freeze.ts'
import type { Policy } from '../policy/policy.ts'
import { isName } from '../scopes/ids.ts'
import type { KeyDeriver } from '../scopes/keys.ts'
import { keysOf } from '../scopes/record-keys.ts'
import { type Principal, principalOf } from '../scopes/scopes.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Claims } from '../types/results.ts'
import type { Authenticated } from './authenticated.ts'
import { claimOf, type Registered, readRegistered, toMs } from './claims.ts'
import { type Compact, parseCompact } from './compact.ts'
import type { Issuer } from './issuer.ts'
import { decodePrivateClaim, type PrivateClaim } from './private-claim.ts'
import { SignatureCache } from './signature-cache.ts'

/** The header `typ` of access tokens (RFC 9068 §2.1) and of our refresh tokens. */
export const TYP = { access: 'at+jwt', refresh: 'rt+jwt' } as const

/** Checks whether a string is a signed token of a known issuer, and reads its claims. Needs no store. */
export class Authenticator {
  readonly #issuers: ReadonlyMap<string, Issuer>
  readonly #keyDeriver: KeyDeriver
  readonly #policy: Policy
  readonly #cache: SignatureCache
  readonly #versionOf: (issuer: string) => number | null

  constructor(
    issuers: ReadonlyMap<string, Issuer>,
    keyDeriver: KeyDeriver,
    policy: Policy,
    cacheSize: number,
  ) {
    this.#issuers = issuers
    this.#keyDeriver = keyDeriver
    this.#policy = policy
    this.#cache = new SignatureCache(cacheSize)
    this.#versionOf = (issuer) => issuers.get(issuer)?.keyVersion ?? null
  }

  /**
   * At once, where the token was checked before.
   * @param deadline of the whole call: fetching keys leaves less time for the store
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`
   */
  authenticate(
    token: unknown,
    deadline: Deadline,
  ): Authenticated | Refusal | Promise<Authenticated | Refusal> {
    if (typeof token !== 'string') return refused('malformed')
    const known = this.#cache.get(token, this.#versionOf, this.#policy.clock())
    return known ?? this.#check(token, deadline)
  }

  async #check(token: string, deadline: Deadline): Promise<Authenticated | Refusal> {
    const compact = parseCompact(token)
    if (typeof compact === 'string') return refused(compact)
    // A claim of any type: a Map compares without converting it.
    const issuer = this.#issuers.get(compact.payload['iss'] as string)
    if (issuer === undefined) return refused('untrusted')
    const version = issuer.keyVersion
    const wrong = await issuer.check(compact, deadline)
    if (wrong !== null) return refused(wrong)
    const authenticated = await this.#toAuthenticated(compact, issuer)
    if (isInactive(authenticated)) return authenticated
    this.#cache.set(token, authenticated, version ?? issuer.keyVersion)
    return authenticated
  }

  async #toAuthenticated(compact: Compact, { trusted }: Issuer): Promise<Authenticated | Refusal> {
    const read = readRegistered(compact.payload)
    if (!('claims' in read)) return read
    const registered = read.claims
    const isManaged = trusted === null
    const privateClaim =
      isManaged && registered['tw'] !== undefined ? decodePrivateClaim(registered['tw']) : null
    const kind = isManaged
      ? managedKind(compact, registered, privateClaim)
      : externalKind(compact, trusted.typ)
    if (kind === null) return invalidClaim('typ', trusted?.typ ?? TYP.access)
    const claimNames = [
      trusted?.jti ?? 'jti',
      trusted?.client ?? 'client_id',
      trusted?.session ?? 'sid',
    ]
    const names = claimNames.map((name) => claimOf(registered, name))
    const wrong = claimNames[names.findIndex((each) => each !== undefined && !isName(each))]
    if (wrong !== undefined) return invalidClaim(wrong, 'a string')
    const [id, client, session] = names as (string | undefined)[]
    const principal: Principal = { ...principalOf(registered), client, session }
    const { tw: _, ...visible } = registered
    const claims = deepFreeze(isManaged ? visible : { ...registered }) as Claims
    const facts = this.#factsOf(
      kind,
      registered,
      privateClaim,
      trusted?.maxLifetime ?? Number.POSITIVE_INFINITY,
    )
    return {
      claims,
      facts,
      isManaged,
      privateClaim,
      principal,
      ...(await this.#keys(compact, kind, principal, id)),
    }
  }

  #factsOf(
    kind: 'access' | 'refresh',
    claims: Registered,
    privateClaim: PrivateClaim | null,
    maxLifetime: number,
  ): TokenFacts {
    const issuedAt = privateClaim?.issuedAt ?? toMs(claims.iat)
    return {
      kind,
      issuedUnder: privateClaim,
      issuedAt,
      loginAt: privateClaim?.loginAt ?? issuedAt,
      validFrom: claims.nbf === undefined ? null : toMs(claims.nbf),
      expiresAt: toMs(claims.exp),
      maxLifetime,
      generation: privateClaim?.generation ?? null,
      requiredRecord: this.#requiredRecord(
        kind,
        privateClaim,
        maxLifetime === Number.POSITIVE_INFINITY,
      ),
    }
  }

  // A managed token without a private claim must have been saved, under any policy.
  #requiredRecord(
    kind: 'access' | 'refresh',
    privateClaim: PrivateClaim | null,
    isManaged: boolean,
  ): TokenFacts['requiredRecord'] {
    if (!isManaged) return 'none'
    if (kind === 'refresh') return 'session'
    return privateClaim === null || this.#policy.mode === 'allowlist' ? 'token' : 'none'
  }

  async #keys(
    { token }: Compact,
    kind: 'access' | 'refresh',
    principal: Principal,
    id: string | undefined,
  ): Promise<Pick<Authenticated, 'cutoffKeys' | 'tokenKey' | 'sessionKey' | 'recordKeys'>> {
    const { issuer, session = '' } = principal
    const input = token.slice(0, token.lastIndexOf('.'))
    const tokenKey = await (id === undefined
      ? this.#keyDeriver.tokenBySigningInput(issuer, input)
      : this.#keyDeriver.token(issuer, id))
    const sessionKey = kind === 'refresh' ? await this.#keyDeriver.session(issuer, session) : null
    const cutoffKeys = await this.#keyDeriver.cutoffKeys(principal)
    const keys = { cutoffKeys, tokenKey, sessionKey }
    return { ...keys, recordKeys: keysOf(keys) }
  }
}

function refused(reason: Reason): Refusal {
  return { active: false, reason }
}

function managedKind(
  { typ }: Compact,
  claims: Registered,
  privateClaim: PrivateClaim | null,
): 'access' | 'refresh' | null {
  if (privateClaim === null) {
    // Signed before Tokenward was used. Other kinds of tokens have another `typ`.
    const isPlain = typ === undefined || typ === 'jwt' || typ === TYP.access
    return isPlain && claims['tw'] === undefined ? 'access' : null
  }
  if (typ === TYP.refresh)
    return privateClaim.generation !== undefined && claims.sid !== undefined ? 'refresh' : null
  return typ === TYP.access ? 'access' : null
}

function externalKind({ typ }: Compact, expected: string | null = TYP.access): 'access' | null {
  return expected === null || typ === expected.toLowerCase() ? 'access' : null
}
