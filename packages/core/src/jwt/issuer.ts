import { KeysUnavailable } from '../errors.ts'
import type { Trusted } from '../input/options.schema.ts'
import type { Deadline } from '../store/deadline.ts'
import { PendingCalls } from '../store/pending-calls.ts'
import { asymmetric, symmetric } from './algorithms.ts'
import type { KeySet, VerificationKey } from './key-set.ts'
import type { RemoteKeySet } from './remote-key-set.ts'
import { checkSignature, type Signed } from './signature.ts'

/** Whose tokens are accepted, and by which keys. */
export class Issuer {
  readonly issuer: string
  /** `null`: the instance's own. */
  readonly trusted: Trusted | null
  readonly #keys: KeySet
  readonly #remote: RemoteKeySet | null
  readonly #algorithms: readonly string[]
  readonly #pending = new PendingCalls()

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
  check(signed: Signed, deadline: Deadline): ReturnType<typeof checkSignature> {
    const check = (left: number) => checkSignature(signed, this.#keys, this.#algorithms, left)
    return this.#remote === null ? check(0) : this.#wait(deadline, check)
  }

  /** Fetches keys that are not there yet, or are old. @throws KeysUnavailable */
  load(deadline: Deadline): Promise<readonly VerificationKey[]> {
    return this.#wait(deadline, (left) => this.#keys.current(left))
  }

  /** Of keys that are fetched: what came of it. */
  get remote(): Pick<RemoteKeySet, 'fetched' | 'error'> | null {
    return this.#remote
  }

  close(error: Error): void {
    this.#pending.close(error)
    this.#remote?.close(error)
  }

  #wait<T>(deadline: Deadline, ask: (left: number) => Promise<T>): Promise<T> {
    const late = () =>
      new KeysUnavailable(
        `The keys of ${this.issuer} did not come within the deadline; try again.`,
        this.#remote?.error ?? undefined,
      )
    return deadline.run((left) => this.#pending.wait(ask(left), left, late))
  }
}
