import { isTokenwardError, KeysUnavailable } from '../errors.ts'
import type { KeySet, VerificationKey } from './key-set.ts'
import type { KeySource } from './key-source.ts'
import { Pacer } from './pacer.ts'
import { importVerificationKey } from './verification-key.ts'

/** Older keys are fetched again: first in the background, later before a call uses them. */
const REFRESH_AFTER_MS = 5 * 60_000
const MAX_AGE_WITHOUT_FETCH_MS = 10 * 60_000
/** Of one fetch. A call waits no longer than its own deadline. */
const FETCH_TIMEOUT_MS = 4_000
/** A larger key set is refused: each key may cost a signature check. */
const MAX_KEYS = 100
/** How many unknown key ids are remembered, up to which length, and for how long. */
const MAX_UNKNOWN_IDS = 1_000
const MAX_ID_LENGTH = 256
const UNKNOWN_FOR_MS = 30_000

/** Keys, as they were loaded. */
export interface LoadedKeys {
  /** Changes when the keys change. */
  readonly text: string
  readonly keys: readonly VerificationKey[]
  /** Why other keys of the set are not used. */
  readonly skipped: readonly string[]
}

interface Fetched extends LoadedKeys {
  /** By the application's clock, in ms since 1970. */
  readonly fetchedAt: number
}

export interface RemoteKeySetOptions {
  readonly issuer: string
  readonly load: (signal: AbortSignal) => Promise<LoadedKeys>
  readonly clock: () => number
  /** For how long the last keys are used while no newer ones can be fetched, in ms. */
  readonly maxAge: number
}

/**
 * A key set at a URL, or of a function of the application: loaded when it is needed, refreshed early, and
 * still used while its source fails.
 */
export class RemoteKeySet implements KeySet {
  readonly #options: RemoteKeySetOptions
  readonly #pacer = new Pacer()
  readonly #closing = new AbortController()
  readonly #unknown = new Map<string, number>()
  #fetched: Fetched | null = null
  #version = 0
  /** The last fetch failed or is slow: calls use the keys that there are. */
  #isBehind = false
  /** The error of the last fetch, until one succeeds. */
  error: KeysUnavailable | null = null

  constructor(options: RemoteKeySetOptions) {
    this.#options = options
  }

  get fetched(): Omit<Fetched, 'text'> | null {
    return this.#fetched
  }

  version(): number | null {
    const age = this.#age()
    if (age > this.#options.maxAge || (age > MAX_AGE_WITHOUT_FETCH_MS && !this.#isBehind))
      return null
    if (age > REFRESH_AFTER_MS) this.#refresh().catch(() => undefined)
    return this.#version
  }

  async current(remainingMs: number): Promise<readonly VerificationKey[]> {
    if (this.version() === null) {
      const refreshed = this.#refresh()
      // If older keys can be used, a slow endpoint must leave time for the store.
      if (this.#age() > this.#options.maxAge) await refreshed
      else await this.#settledWithin(refreshed, remainingMs / 2)
    }
    return this.#fetched?.keys ?? []
  }

  async newer(kid: string | undefined, since: number): Promise<readonly VerificationKey[] | null> {
    if (kid !== undefined && this.#isKnownToBeUnknown(kid)) return null
    while (this.#pacer.succeededAt < since) await this.#pacer.next(() => this.#fetch())
    const keys = this.#fetched?.keys ?? []
    if (kid !== undefined && !keys.some((key) => key.kid === kid)) this.#rememberUnknown(kid)
    return keys
  }

  close(error: Error): void {
    this.#closing.abort(error)
    this.#pacer.close(error)
  }

  #age(): number {
    // A clock that was set back must not make keys look new.
    return this.#fetched === null
      ? Number.POSITIVE_INFINITY
      : Math.abs(this.#options.clock() - this.#fetched.fetchedAt)
  }

  #refresh(): Promise<void> {
    return this.#pacer.now(() => this.#fetch())
  }

  /** Waits for a fetch, at most `ms`, and ignores its failure. */
  async #settledWithin(refreshed: Promise<void>, ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#isBehind = true
        resolve()
      }, ms)
    })
    await Promise.race([refreshed.catch(() => undefined), timeout])
    clearTimeout(timer)
  }

  async #fetch(): Promise<void> {
    const { issuer, load, clock } = this.#options
    try {
      const fetchedAt = clock()
      const timeout = AbortSignal.timeout(FETCH_TIMEOUT_MS)
      const loaded = await load(AbortSignal.any([timeout, this.#closing.signal]))
      if (loaded.text !== this.#fetched?.text) {
        this.#version++
        this.#unknown.clear()
      }
      this.#fetched = { ...loaded, fetchedAt }
      this.#isBehind = false
      this.error = null
    } catch (cause) {
      this.#isBehind = true
      const why = isTokenwardError(cause) ? `: ${cause.message}` : ': see the cause.'
      this.error = new KeysUnavailable(`The keys of ${issuer} cannot be fetched${why}`, cause)
      throw this.error
    }
  }

  #isKnownToBeUnknown(kid: string): boolean {
    return (this.#unknown.get(kid) ?? 0) > performance.now()
  }

  #rememberUnknown(kid: string): void {
    if (kid.length > MAX_ID_LENGTH) return
    const [oldest] = this.#unknown.size >= MAX_UNKNOWN_IDS ? this.#unknown.keys() : []
    if (oldest !== undefined) this.#unknown.delete(oldest)
    this.#unknown.delete(kid)
    this.#unknown.set(kid, performance.now() + UNKNOWN_FOR_MS)
  }
}

/** Loads the key set that is published at a URL. */
export function loaderOf(source: KeySource): RemoteKeySetOptions['load'] {
  let last: LoadedKeys | null = null
  return async (signal) => {
    const text = await source.read(signal)
    const loaded = text === last?.text ? last : { text, ...(await importKeys(text)) }
    last = loaded
    return loaded
  }
}

/** Skips unusable keys: an issuer may publish kinds of keys that this version does not support. */
async function importKeys(text: string): Promise<Omit<LoadedKeys, 'text'>> {
  const { keys: jwks } = Object(JSON.parse(text)) as { keys?: unknown }
  if (!Array.isArray(jwks) || jwks.length > MAX_KEYS)
    throw new KeysUnavailable(`The response is not a JWK set of at most ${MAX_KEYS} keys.`)
  const imported = await Promise.all(jwks.map(importVerificationKey))
  return {
    keys: imported.filter((key) => 'import' in key),
    skipped: imported.flatMap((key, i) => ('why' in key ? `keys.${i} ${key.why}` : [])),
  }
}
