import type { JWK } from 'jose'
import { KeysUnavailable } from '../errors/errors.ts'
import type { Trusted } from '../input/options.schema.ts'
import type { Budget } from '../store/budget.ts'
import { Waiters } from '../store/waiters.ts'
import { asymmetric } from './algorithms.ts'
import type { Compact } from './compact.ts'
import { type KeySet, staticKeySet } from './key-set.ts'
import { checkSignature } from './signature.ts'

/** Whose tokens are accepted, and by which keys. */
export class Issuer {
  readonly issuer: string
  /** `null`: the ward's own. */
  readonly trusted: Trusted | null
  readonly #keys: KeySet
  readonly #waiters = new Waiters()

  constructor(issuer: string, trusted: Trusted | null, keys: KeySet) {
    this.issuer = issuer
    this.trusted = trusted
    this.#keys = keys
  }

  get keyVersion(): number | null {
    return this.#keys.version()
  }

  /** Within the deadline: a key set that is silent is unknown, like a store. */
  check(compact: Compact, budget: Budget): Promise<'untrusted' | 'signature' | 'malformed' | null> {
    // Our own keys all have ids; a token that names none is not of ours.
    if (this.trusted === null && compact.kid === undefined) return Promise.resolve('untrusted')
    const checked = checkSignature(compact, this.#keys, this.trusted?.algorithms ?? asymmetric)
    if (this.#keys.fetches() === null) return checked
    const late = () =>
      new KeysUnavailable(`The keys of ${this.issuer} did not come within the deadline; try again.`)
    return budget.spend((left) => this.#waiters.wait(checked, left, late))
  }

  close(error: Error): void {
    this.#waiters.close(error)
  }
}

export async function ownIssuer(
  issuer: string,
  keys: readonly JWK[] | URL,
  deadline: number,
): Promise<Issuer> {
  if (!(keys instanceof URL)) return new Issuer(issuer, null, staticKeySet(keys))
  const { remoteKeySet } = await remote()
  return new Issuer(
    issuer,
    null,
    remoteKeySet(async () => keys, deadline),
  )
}

export async function trustedIssuer(trusted: Trusted, deadline: number): Promise<Issuer> {
  const { issuer, jwks } = trusted
  if (jwks !== undefined && !(jwks instanceof URL)) {
    return new Issuer(issuer, trusted, staticKeySet(jwks.keys as JWK[]))
  }
  const { discoverJwks, remoteKeySet } = await remote()
  const locate = async (): Promise<URL> => jwks ?? discoverJwks(issuer, deadline)
  return new Issuer(issuer, trusted, remoteKeySet(locate, deadline))
}

// Loaded only where keys are fetched.
const remote = (): Promise<typeof import('./remote-key-set.ts')> => import('./remote-key-set.ts')
