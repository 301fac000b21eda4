import { base64url, type CryptoKey } from 'jose'
import { isTokenwardError, KeysUnavailable } from '../errors.ts'
import type { Deadline } from '../store/deadline.ts'
import { PendingCalls } from '../store/pending-calls.ts'
import type { KeyContext, KeyManagement } from '../types/sealing.ts'
import { importDataKey } from './keys.ts'

const KEY_BYTES = 32
const MAX_WRAPPED_BYTES = 4_096
/** How long one data key seals, and how long an unwrapped one is kept in memory. */
const KEY_AGE_MS = 3_600_000
const MAX_CACHED_KEYS = 1_000
/** After a failure, calls that can do without the KMS do not wait for it again for so long. */
const RETRY_AFTER_MS = 10_000

export interface DataKey {
  readonly key: CryptoKey
  /** In base64url. */
  readonly wrapped: string
}

interface Cached<T> {
  readonly value: Promise<T>
  readonly since: number
}

class NoAnswer extends Error {}

/** The data keys that a KMS has wrapped: one that seals, and a bounded cache of those that open. */
export class DataKeys {
  readonly #kms: KeyManagement
  readonly #context: KeyContext
  readonly #pending = new PendingCalls({
    timedOut: () => new NoAnswer('no answer within the deadline'),
  })
  readonly #unwrapped = new Map<string, Cached<CryptoKey>>()
  #current: Cached<DataKey> | null = null
  #failedAt: number | null = null

  constructor(kms: KeyManagement, context: KeyContext) {
    this.#kms = kms
    this.#context = Object.freeze(context)
  }

  /** Whether the KMS has just failed. */
  get isFailing(): boolean {
    return this.#failedAt !== null && performance.now() - this.#failedAt < RETRY_AFTER_MS
  }

  /** The data key that seals now. @throws `TOKENWARD_KEYS_UNAVAILABLE` */
  sealing(deadline: Deadline): Promise<DataKey> {
    if (this.#current === null || isOld(this.#current)) this.#current = cached(this.#create())
    const entry = this.#current
    return this.#wait(entry, deadline, {
      isSealing: true,
      keep: () => {
        this.#current ??= entry
      },
      drop: () => {
        if (this.#current === entry) this.#current = null
      },
    })
  }

  /** @throws `TOKENWARD_KEYS_UNAVAILABLE` */
  async opening(wrapped: string | undefined, deadline: Deadline): Promise<CryptoKey> {
    if (wrapped === undefined) throw new Error('the header has no wrapped key')
    const known = this.#unwrapped.get(wrapped)
    const entry = known === undefined || isOld(known) ? cached(this.#unwrap(wrapped)) : known
    this.#remember(wrapped, entry)
    return this.#wait(entry, deadline, {
      isSealing: false,
      keep: () => {
        if (!this.#unwrapped.has(wrapped)) this.#remember(wrapped, entry)
      },
      drop: () => {
        if (this.#unwrapped.get(wrapped) === entry) this.#unwrapped.delete(wrapped)
      },
    })
  }

  /** Rejects all calls that wait for the KMS, and all later ones, with `error`. */
  close(error: Error): void {
    this.#pending.close(error)
  }

  #remember(wrapped: string, entry: Cached<CryptoKey>): void {
    // Inserted again: the first entry of a Map is then the least recently used.
    this.#unwrapped.delete(wrapped)
    this.#unwrapped.set(wrapped, entry)
    const [oldest] = this.#unwrapped.size > MAX_CACHED_KEYS ? this.#unwrapped.keys() : []
    if (oldest !== undefined) this.#unwrapped.delete(oldest)
  }

  async #create(): Promise<DataKey> {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
    // The KMS gets copies: what it does to them changes no key.
    const wrapped = await this.#kms.wrap(Uint8Array.from(bytes), this.#context)
    if (!(wrapped instanceof Uint8Array) || wrapped.length === 0)
      throw new TypeError('wrap() must return bytes')
    if (wrapped.length > MAX_WRAPPED_BYTES)
      throw new TypeError(`wrap() must return at most ${MAX_WRAPPED_BYTES} bytes`)
    const text = base64url.encode(wrapped)
    // What cannot be opened must not be written.
    const unwrapped = await this.#unwrapBytes(text)
    if (base64url.encode(unwrapped) !== base64url.encode(bytes))
      throw new Error('unwrap() returned another key than the one that was wrapped')
    return { key: await importDataKey(bytes), wrapped: text }
  }

  async #unwrap(wrapped: string): Promise<CryptoKey> {
    return importDataKey(await this.#unwrapBytes(wrapped))
  }

  async #unwrapBytes(wrapped: string): Promise<Uint8Array> {
    const bytes = await this.#kms.unwrap(base64url.decode(wrapped), this.#context)
    if (bytes instanceof Uint8Array && bytes.length === KEY_BYTES) return bytes
    throw new TypeError(`unwrap() must return ${KEY_BYTES} bytes`)
  }

  async #wait<T>({ value }: Cached<T>, deadline: Deadline, cache: CacheSlot): Promise<T> {
    try {
      const key = await this.#pending.call(deadline, () => value)
      this.#failedAt = null
      return key
    } catch (cause) {
      if (isTokenwardError(cause, 'TOKENWARD_CLOSED')) throw cause
      // The next call asks again. An answer that is only late serves the calls after it.
      cache.drop()
      value.then(() => {
        cache.keep()
        this.#failedAt = null
      }, ignore)
      // To refuse one wrapped key, which may have been changed, is no failure of the service.
      if (cause instanceof NoAnswer || cache.isSealing) this.#failedAt = performance.now()
      throw new KeysUnavailable(
        `The key management service cannot wrap or unwrap with ${this.#kms.id}; see the cause. Check the service, and retry.`,
        cause,
      )
    }
  }
}

/** Where the answer of a KMS is kept. */
interface CacheSlot {
  readonly isSealing: boolean
  /** If there is no other answer meanwhile. */
  keep(): void
  drop(): void
}

function ignore(): void {}

function cached<T>(value: Promise<T>): Cached<T> {
  // A closed instance waits for it no more: an unhandled rejection would end the process.
  value.catch(ignore)
  return { value, since: performance.now() }
}

function isOld({ since }: Cached<unknown>): boolean {
  return performance.now() - since >= KEY_AGE_MS
}
