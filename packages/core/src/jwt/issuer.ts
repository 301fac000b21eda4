import { KeysUnavailable } from '../errors/errors.ts'
import type { Trusted } from '../input/options.schema.ts'
import type { Budget } from '../store/budget.ts'
import { Waiters } from '../store/waiters.ts'
import { asymmetric, symmetric } from './algorithms.ts'
import type { KeySet, VerificationKey } from './key-set.ts'
import type { RemoteKeySet } from './remote-key-set.ts'
import { checkSignature, type Signed } from './signature.ts'

/** Whose tokens are accepted, and by which keys. */
export class Issuer {
  readonly issuer: string
  /** `null`: the ward's own. */
  readonly trusted: Trusted | null
  readonly #keys: KeySet
  readonly #remote: RemoteKeySet | null
  readonly #algorithms: readonly string[]
  readonly #waiters = new Waiters()

  constructor(issuer: string, trusted: Trusted | null, keys: KeySet | RemoteKeySet) {
    this.issuer = issuer
    this.trusted = trusted
    this.#keys = keys
    this.#remote = 'close' in keys ? keys : null
    this.#algorithms = trusted?.legacyHs256Secret ? symmetric : (trusted?.algorithms ?? asymmetric)
  }

  get keyVersion(): number | null {
    return this.#keys.version()
  }

  /** Within the deadline: a key set that is silent is unknown, like a store. */
  check(signed: Signed, budget: Budget): ReturnType<typeof checkSignature> {
    const check = (left: number) => checkSignature(signed, this.#keys, this.#algorithms, left)
    return this.#remote === null ? check(0) : this.#wait(budget, check)
  }

  /** Fetches keys that are not there yet, or are old. @throws KeysUnavailable */
  load(budget: Budget): Promise<readonly VerificationKey[]> {
    return this.#wait(budget, (left) => this.#keys.current(left))
  }

  /** Of keys that are fetched: what came of it. */
  get remote(): Pick<RemoteKeySet, 'fetched' | 'error'> | null {
    return this.#remote
  }

  close(error: Error): void {
    this.#waiters.close(error)
    this.#remote?.close(error)
  }

  #wait<T>(budget: Budget, ask: (left: number) => Promise<T>): Promise<T> {
    const late = () =>
      new KeysUnavailable(
        `The keys of ${this.issuer} did not come within the deadline; try again.`,
        this.#remote?.error ?? undefined,
      )
    return budget.spend((left) => this.#waiters.wait(ask(left), left, late))
  }
}
