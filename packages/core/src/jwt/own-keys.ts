import type { JWK } from 'jose'
import { raceAbort } from '../adapter/abort.ts'
import { isTokenwardError, type KeysUnavailable } from '../errors.ts'
import { copyOf } from '../input/copy.ts'
import type { Configuration } from '../input/options.schema.ts'
import { PendingCalls } from '../store/pending-calls.ts'
import type { SigningKeyHealth } from '../types/inspection.ts'
import type { LoadSigningKeys } from '../types/signing.ts'
import { type KeySet, staticKeySet } from './key-set.ts'
import type { LoadedKeys, RemoteKeySet } from './remote-key-set.ts'
import type { OwnKey, Signer } from './signer.ts'
import { importSigningKeys } from './signing-keys.ts'

/**
 * For how long this process publishes a new key before it signs with it. Other processes ask for their keys
 * again after 10 minutes at the latest, and clients may keep a key set for 5 minutes.
 */
const ANNOUNCE_MS = 15 * 60_000

/** What this process knows of a key. */
interface Known extends OwnKey {
  /** Identifies the key and its material. */
  readonly text: string
  /** On the clock of `performance.now()`; the keys at the start count as announced. */
  readonly seenAt: number
  /** The last time at which it may have signed here, by the clock of the application, in ms since 1970. */
  signedAt: number
}

/** The instance's own keys, which may change while it runs. */
export class OwnKeys {
  readonly #clock: () => number
  /** For how long tokens of a retired key may still be signed and accepted, their lifetime apart, in ms. */
  readonly #overlap: number
  readonly #pending = new PendingCalls({
    timedOut: () => new Error('no answer within the deadline'),
  })
  #keys: readonly Known[] = []
  #published: readonly JWK[] = []
  #keySet: KeySet | RemoteKeySet = staticKeySet([])

  private constructor({ policy, keySetMaxAge }: Configuration) {
    this.#clock = policy.clock
    this.#overlap = keySetMaxAge + ANNOUNCE_MS + policy.leeway + policy.skew
  }

  /**
   * @throws `TOKENWARD_INVALID_INPUT`: a key is unusable, and `path` names it
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`: the function `keys` failed
   */
  static async create(configuration: Configuration): Promise<OwnKeys> {
    const { keys } = configuration
    const own = new OwnKeys(configuration)
    if (typeof keys === 'function') await own.#loadFrom(keys, configuration)
    else {
      own.#accept(await importSigningKeys(keys, own.#pending))
      own.#keySet = staticKeySet(own.#keys.map(({ verifier }) => verifier))
    }
    return own
  }

  /** The keys to verify with. */
  get keySet(): KeySet | RemoteKeySet {
    return this.#keySet
  }

  /** The public keys, as they were loaded last. Old ones are loaded again in the background. */
  get published(): readonly JWK[] {
    this.#keySet.version()
    return this.#published
  }

  /** The key that signs now; `null`: verify-only. */
  get signer(): Signer | null {
    return this.#signing()?.signer ?? null
  }

  /** @param longestMs the longest lifetime of a token, in ms */
  health(longestMs: number): readonly SigningKeyHealth[] {
    const signing = this.#signing()
    const first = signing === null ? -1 : this.#keys.indexOf(signing)
    return this.#keys.map((key, i) => {
      const { kid = '', alg = '' } = key.public
      if (key === signing) return { kid, alg, status: 'signs' }
      if (key.signer !== null && i < first) {
        const signsFrom = Math.ceil(this.#clock() + ANNOUNCE_MS - (performance.now() - key.seenAt))
        return { kid, alg, status: 'announced', signsFrom }
      }
      if (signing === null) return { kid, alg, status: 'verifies' }
      const removableAt = key.signedAt + this.#overlap + longestMs
      return { kid, alg, status: 'verifies', removableAt }
    })
  }

  /** Rejects all calls that wait for a service, and all later ones, with `error`. */
  close(error: Error): void {
    this.#pending.close(error)
  }

  async #loadFrom(
    keys: LoadSigningKeys,
    { policy, keySetMaxAge: maxAge }: Configuration,
  ): Promise<void> {
    const { RemoteKeySet } = await import('./remote-key-set.ts')
    const load = (signal: AbortSignal) => this.#load(keys, signal)
    const remote = new RemoteKeySet({ issuer: policy.issuer, load, clock: policy.clock, maxAge })
    try {
      await remote.current(0)
    } catch (error) {
      const { cause } = error as KeysUnavailable
      throw isTokenwardError(cause, 'TOKENWARD_INVALID_INPUT') ? cause : error
    }
    this.#keySet = remote
  }

  async #load(keys: LoadSigningKeys, signal: AbortSignal): Promise<LoadedKeys> {
    // A function that throws at once rejects, too.
    const list = await raceAbort((async () => keys(signal))(), signal)
    this.#accept(await importSigningKeys(copyOf(list), this.#pending))
    return {
      text: this.#keys.map(({ text }) => text).join('\n'),
      keys: this.#keys.map(({ verifier }) => verifier),
      skipped: [],
    }
  }

  #accept(keys: readonly OwnKey[]): void {
    // Until now the key that signed may have been used.
    this.#signing()
    const isStart = this.#keys.length === 0
    const seenAt = isStart ? Number.NEGATIVE_INFINITY : performance.now()
    const now = this.#clock()
    this.#keys = keys.map((key) => {
      const text = JSON.stringify(key.public)
      const known = this.#keys.find((each) => each.text === text)
      return { ...key, text, seenAt: known?.seenAt ?? seenAt, signedAt: known?.signedAt ?? now }
    })
    this.#published = Object.freeze(keys.map((key) => Object.freeze({ ...key.public })))
  }

  /** The first key that was announced for long enough. If there is none, the others were removed: the first. */
  #signing(): Known | null {
    const now = performance.now()
    const keys = this.#keys.filter(({ signer }) => signer !== null)
    const signing = keys.find(({ seenAt }) => now - seenAt >= ANNOUNCE_MS) ?? keys[0] ?? null
    if (signing !== null) signing.signedAt = this.#clock()
    return signing
  }
}
