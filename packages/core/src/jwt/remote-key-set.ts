import { isTokenwardError, KeysUnavailable } from '../errors.ts'
import type { KeySet, VerificationKey } from './key-set.ts'
import type { KeySource } from './key-source.ts'
import { Pacer } from './pacer.ts'
import { importVerificationKey } from './verification-key.ts'

/** ms: older keys are fetched again in the background, and from then on before a call uses them. */
const REFRESH_AFTER_MS = 5 * 60_000
const FRESH_FOR_MS = 10 * 60_000
/** ms: of one fetch. A caller waits for it no longer than its own deadline. */
const FETCH_TIMEOUT_MS = 4_000
/** More keys than this are no key set: each may cost a signature check. */
const MAX_KEYS = 100
/** Key ids that are remembered as unknown, how long they may be, and for how long, ms. */
const MAX_UNKNOWN_IDS = 1_000
const MAX_ID_LENGTH = 256
const UNKNOWN_FOR_MS = 30_000

interface Fetched {
  readonly text: string
  readonly keys: readonly VerificationKey[]
  /** Why other keys of the set are not used. */
  readonly skipped: readonly string[]
  /** By the application's clock, ms. */
  readonly fetchedAt: number
}

export interface RemoteKeySetOptions {
  readonly issuer: string
  readonly source: KeySource
  readonly clock: () => number
  /** ms: for how long the last good keys serve while no others can be fetched. */
  readonly maxAge: number
}

/** A key set behind a URL: fetched when it is needed, refreshed early, used while it is away. */
export class RemoteKeySet implements KeySet {
  readonly #options: RemoteKeySetOptions
  readonly #pacer = new Pacer()
  readonly #closing = new AbortController()
  readonly #unknown = new Map<string, number>()
  #fetched: Fetched | null = null
  #version = 0
  /** The last fetch failed, or is slow: calls use what there is. */
  #behind = false
  /** What went wrong, until a fetch succeeds. */
  error: KeysUnavailable | null = null

  constructor(options: RemoteKeySetOptions) {
    this.#options = options
  }

  get fetched(): Omit<Fetched, 'text'> | null {
    return this.#fetched
  }

  version(): number | null {
    const age = this.#age()
    if (age > this.#options.maxAge || (age > FRESH_FOR_MS && !this.#behind)) return null
    if (age > REFRESH_AFTER_MS) this.#refresh().catch(() => undefined)
    return this.#version
  }

  async current(left: number): Promise<readonly VerificationKey[]> {
    if (this.version() === null) {
      const refreshed = this.#refresh()
      // Where older keys can serve, a slow endpoint must leave time for the store.
      await (this.#age() > this.#options.maxAge ? refreshed : this.#patiently(refreshed, left / 2))
    }
    return this.#fetched?.keys ?? []
  }

  async newer(kid: string | undefined, since: number): Promise<readonly VerificationKey[] | null> {
    if (kid !== undefined && this.#isKnownAsUnknown(kid)) return null
    while (this.#pacer.succeededAt < since) await this.#pacer.next(() => this.#fetch())
    const keys = this.#fetched?.keys ?? []
    if (kid !== undefined && !keys.some((key) => key.kid === kid)) this.#remember(kid)
    return keys
  }

  close(error: Error): void {
    this.#closing.abort(error)
    this.#pacer.close(error)
  }

  #age(): number {
    // A clock that was set back must not make keys young.
    return this.#fetched === null
      ? Number.POSITIVE_INFINITY
      : Math.abs(this.#options.clock() - this.#fetched.fetchedAt)
  }

  #refresh(): Promise<void> {
    return this.#pacer.now(() => this.#fetch())
  }

  /** Waits for so long and not for success. */
  async #patiently(refreshed: Promise<void>, ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#behind = true
        resolve()
      }, ms)
    })
    await Promise.race([refreshed.catch(() => undefined), late])
    clearTimeout(timer)
  }

  async #fetch(): Promise<void> {
    const { issuer, source, clock } = this.#options
    try {
      const fetchedAt = clock()
      const timeout = AbortSignal.timeout(FETCH_TIMEOUT_MS)
      const text = await source.read(AbortSignal.any([timeout, this.#closing.signal]))
      if (text !== this.#fetched?.text) {
        this.#fetched = { text, ...(await importKeys(text)), fetchedAt }
        this.#version++
        this.#unknown.clear()
      } else this.#fetched = { ...this.#fetched, fetchedAt }
      this.#behind = false
      this.error = null
    } catch (cause) {
      this.#behind = true
      const why = isTokenwardError(cause) ? `: ${cause.message}` : '; see the cause.'
      this.error = new KeysUnavailable(`The keys of ${issuer} cannot be fetched${why}`, cause)
      throw this.error
    }
  }

  #isKnownAsUnknown(kid: string): boolean {
    return (this.#unknown.get(kid) ?? 0) > performance.now()
  }

  #remember(kid: string): void {
    if (kid.length > MAX_ID_LENGTH) return
    const [oldest] = this.#unknown.size >= MAX_UNKNOWN_IDS ? this.#unknown.keys() : []
    if (oldest !== undefined) this.#unknown.delete(oldest)
    this.#unknown.delete(kid)
    this.#unknown.set(kid, performance.now() + UNKNOWN_FOR_MS)
  }
}

/** Keys that cannot serve are skipped: an issuer may publish kinds that this version does not know. */
async function importKeys(text: string): Promise<Pick<Fetched, 'keys' | 'skipped'>> {
  const { keys: jwks } = Object(JSON.parse(text)) as { keys?: unknown }
  if (!Array.isArray(jwks) || jwks.length > MAX_KEYS)
    throw new KeysUnavailable(`This is no JWK set of at most ${MAX_KEYS} keys.`)
  const imported = await Promise.all(jwks.map(importVerificationKey))
  return {
    keys: imported.filter((one) => 'import' in one),
    skipped: imported.flatMap((one, i) => ('why' in one ? `keys.${i} ${one.why}` : [])),
  }
}
