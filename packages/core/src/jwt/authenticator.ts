import { invalidClaim } from '../decide/decide.ts'
import type { Presented, Reason, Refusal } from '../decide/evidence.ts'
import type { Claims } from '../engine/answers.ts'
import { isName } from '../naming/names.ts'
import type { Naming } from '../naming/naming.ts'
import type { Principal } from '../naming/scopes.ts'
import type { Policy } from '../policy/policy.ts'
import { Budget } from '../store/budget.ts'
import { type Authenticated, deepFreeze } from './authenticated.ts'
import { type OwnClaim, type Registered, readOwnClaim, readRegistered, toMs } from './claims.ts'
import { type Compact, parseCompact } from './compact.ts'
import type { Issuer } from './issuer.ts'
import { SignatureCache } from './signature-cache.ts'

/** Access tokens (RFC 9068 §2.1) and, of our own making, refresh tokens. */
export const TYP = { access: 'at+jwt', refresh: 'rt+jwt' } as const

/** Says of a string whether it is a token of a known issuer, and what it claims: no store is asked. */
export class Authenticator {
  readonly #issuers: ReadonlyMap<string, Issuer>
  readonly #naming: Naming
  readonly #policy: Policy
  readonly #cache: SignatureCache

  constructor(
    issuers: ReadonlyMap<string, Issuer>,
    naming: Naming,
    policy: Policy,
    cached: number,
  ) {
    this.#issuers = issuers
    this.#naming = naming
    this.#policy = policy
    this.#cache = new SignatureCache(cached)
  }

  /**
   * @param budget of the whole operation: the time that keys take is taken off what the store may take
   * @throws KeysUnavailable where nothing is known of the issuer's keys
   */
  async authenticate(
    token: unknown,
    budget: Budget = new Budget(this.#policy.deadline),
  ): Promise<Authenticated | Refusal> {
    if (typeof token !== 'string') return refused('malformed')
    const versionOf = (issuer: string) => this.#issuers.get(issuer)?.keyVersion ?? null
    const cached = this.#cache.get(token, versionOf, this.#policy.clock())
    if (cached !== null) return cached
    const compact = parseCompact(token)
    if (typeof compact === 'string') return refused(compact)
    // Whatever it is: a Map compares, and converts nothing.
    const issuer = this.#issuers.get(compact.payload['iss'] as string)
    if (issuer === undefined) return refused('untrusted')
    const version = issuer.keyVersion
    const wrong = await issuer.check(compact, budget)
    if (wrong !== null) return refused(wrong)
    const authenticated = await this.#describe(compact, issuer)
    if (isRefusal(authenticated)) return authenticated
    this.#cache.set(token, authenticated, version ?? issuer.keyVersion)
    return authenticated
  }

  async #describe(compact: Compact, { trusted }: Issuer): Promise<Authenticated | Refusal> {
    const read = readRegistered(compact.payload)
    if (!('claims' in read)) return read
    const registered = read.claims
    const own = trusted === null
    const tw = own && registered['tw'] !== undefined ? readOwnClaim(registered['tw']) : null
    const kind = own ? ownKind(compact, registered, tw) : externalKind(compact, trusted.typ)
    if (kind === null) return invalidClaim('typ', trusted?.typ ?? TYP.access)
    const names = { id: trusted?.jti ?? 'jti', client: trusted?.client ?? 'client_id' }
    const id = memberOf(registered, names.id)
    const client = memberOf(registered, names.client)
    if (id !== undefined && !isName(id)) return invalidClaim(names.id, 'a string')
    if (client !== undefined && !isName(client)) return invalidClaim(names.client, 'a string')
    const { iss: issuer, sub: subject, sid: session } = registered
    const principal: Principal = { issuer, subject, client, session }
    const { tw: _, ...visible } = registered
    const claims = deepFreeze(own ? visible : { ...registered }) as Claims
    const presented = this.#present(
      kind,
      registered,
      tw,
      trusted?.maxLifetime ?? Number.POSITIVE_INFINITY,
    )
    return {
      claims,
      presented,
      own,
      tw,
      principal,
      ...(await this.#keys(compact, kind, principal, id)),
    }
  }

  #present(
    kind: 'access' | 'refresh',
    claims: Registered,
    tw: OwnClaim | null,
    maxLifetime: number,
  ): Presented {
    const issuedAt = tw?.t ?? toMs(claims.iat)
    return {
      kind,
      birth: tw,
      issuedAt,
      loginAt: tw?.l ?? issuedAt,
      validFrom: claims.nbf === undefined ? null : toMs(claims.nbf),
      expiresAt: toMs(claims.exp),
      maxLifetime,
      generation: tw?.n ?? null,
      needs: this.#needs(kind, tw, maxLifetime === Number.POSITIVE_INFINITY),
    }
  }

  // A token of ours from before there was a allowlist must have been saved, under any policy.
  #needs(kind: 'access' | 'refresh', tw: OwnClaim | null, own: boolean): Presented['needs'] {
    if (!own) return 'nothing'
    if (kind === 'refresh') return 'session'
    return tw === null || this.#policy.mode === 'allowlist' ? 'token' : 'nothing'
  }

  async #keys(
    { token }: Compact,
    kind: 'access' | 'refresh',
    principal: Principal,
    id: string | undefined,
  ): Promise<Pick<Authenticated, 'cutoffKeys' | 'tokenKey' | 'sessionKey'>> {
    const { issuer, session = '' } = principal
    const input = token.slice(0, token.lastIndexOf('.'))
    const tokenKey = await (id === undefined
      ? this.#naming.tokenByInput(issuer, input)
      : this.#naming.token(issuer, id))
    const sessionKey = kind === 'refresh' ? await this.#naming.session(issuer, session) : null
    return { cutoffKeys: await this.#naming.cutoffKeys(principal), tokenKey, sessionKey }
  }
}

export function isRefusal(value: object): value is Refusal {
  return 'active' in value && value.active === false
}

function refused(reason: Reason): Refusal {
  return { active: false, reason }
}

function memberOf(claims: Registered, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

function ownKind(
  { typ }: Compact,
  claims: Registered,
  tw: OwnClaim | null,
): 'access' | 'refresh' | null {
  if (tw === null) {
    // Signed before there were wards; kinds that name themselves otherwise are not access tokens.
    const plain = typ === undefined || typ === 'jwt' || typ === TYP.access
    return plain && claims['tw'] === undefined ? 'access' : null
  }
  if (typ === TYP.refresh) return tw.n !== undefined && claims.sid !== undefined ? 'refresh' : null
  return typ === TYP.access ? 'access' : null
}

function externalKind({ typ }: Compact, wanted: string | null = TYP.access): 'access' | null {
  return wanted === null || typ === wanted.toLowerCase() ? 'access' : null
}
