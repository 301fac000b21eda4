import { KeysUnavailable } from '../errors.ts'
import type { Trusted } from '../input/trust.schema.ts'
import type { Deadline } from '../store/deadline.ts'
import { PendingCalls } from '../store/pending-calls.ts'
import { asymmetric, symmetric } from './algorithms.ts'
import type { KeySet, VerificationKey } from './key-set.ts'
import type { RemoteKeySet } from './remote-key-set.ts'
import { checkSignature, type Signed } from './signature.ts'

/** An issuer whose tokens are accepted, and its keys. */
export class Issuer {
  readonly issuer: string
  /** `null`: the instance's own issuer. */
  readonly trusted: Trusted | null
  readonly #keys: KeySet
  readonly #remote: RemoteKeySet | null
  readonly #algorithms: readonly string[]
  readonly #pending: PendingCalls

  constructor(issuer: string, trusted: Trusted | null, keys: KeySet | RemoteKeySet) {
    this.issuer = issuer
    this.trusted = trusted
    this.#keys = keys
    this.#remote = 'close' in keys ? keys : null
    this.#pending = new PendingCalls({
      timedOut: () =>
        new KeysUnavailable(
          `The keys of ${issuer} could not be fetched within the deadline: try again.`,
          this.#remote?.error ?? undefined,
        ),
    })
    this.#algorithms = trusted?.legacyHs256Secret ? symmetric : (trusted?.algorithms ?? asymmetric)
  }

  get keyVersion(): number | null {
    return this.#keys.version()
  }

  /** @throws `TOKENWARD_KEYS_UNAVAILABLE`: also if the keys did not arrive within the deadline */
  check(signed: Signed, deadline: Deadline): ReturnType<typeof checkSignature> {
    const check = (remainingMs: number) =>
      checkSignature(signed, this.#keys, this.#algorithms, remainingMs)
    return this.#remote === null ? check(0) : this.#pending.call(deadline, check)
  }

  /**
   * Fetches the keys if they are missing or old.
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`
   */
  load(deadline: Deadline): Promise<readonly VerificationKey[]> {
    return this.#pending.call(deadline, (remainingMs) => this.#keys.current(remainingMs))
  }

  /** The state of keys that are fetched. `null`: the keys were given. */
  get remote(): Pick<RemoteKeySet, 'fetched' | 'error'> | null {
    return this.#remote
  }

  close(error: Error): void {
    this.#pending.close(error)
    this.#remote?.close(error)
  }
}
