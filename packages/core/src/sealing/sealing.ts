import type { CryptoKey } from 'jose'
import { isTokenwardError } from '../errors.ts'
import type { Deadline } from '../store/deadline.ts'
import type { SealingKeys } from '../types/sealing.ts'
import { DataKeys } from './data-keys.ts'
import { authenticatedData, decrypt, encrypt, type Place } from './envelope.ts'
import { headerOf, keyIdOf } from './header.ts'
import { importSealingKeys } from './keys.ts'

/** What was opened, or why not. */
export type Opened =
  | { readonly contents: unknown }
  /** The id of the key in the header; empty where the header cannot be read. */
  | { readonly unreadable: string; readonly cause?: unknown }

type Key = { readonly key: CryptoKey } | { readonly dataKeys: DataKeys }

const utf8 = new TextEncoder()

/** Seals what belongs to a record, and opens it. */
export class Sealing {
  /** The ids of all keys; the first one seals. */
  readonly ids: readonly [string, ...string[]]
  readonly #namespace: string
  readonly #keys: ReadonlyMap<string, Key>

  private constructor(
    namespace: string,
    ids: readonly [string, ...string[]],
    keys: ReadonlyMap<string, Key>,
  ) {
    this.#namespace = namespace
    this.ids = ids
    this.#keys = keys
  }

  /** @throws `TOKENWARD_INVALID_INPUT` */
  static async create(namespace: string, sealingKeys: SealingKeys): Promise<Sealing> {
    const [first, ...others] = await importSealingKeys(sealingKeys)
    const keys = [first, ...others].map((each): [string, Key] => [
      each.id,
      'kms' in each ? { dataKeys: new DataKeys(each.kms, { namespace }) } : { key: each.key },
    ])
    return new Sealing(namespace, [first.id, ...others.map(({ id }) => id)], new Map(keys))
  }

  /**
   * Whether the KMS with this key has just failed, so that a call that can do without it should not wait.
   * @param id the key that seals, if it is not given
   */
  isFailing(id: string = this.ids[0]): boolean {
    const key = this.#keys.get(id)
    return key !== undefined && 'dataKeys' in key && key.dataKeys.isFailing
  }

  /** Rejects all calls that wait for a KMS, and all later ones, with `error`. */
  close(error: Error): void {
    for (const key of this.#keys.values()) if ('dataKeys' in key) key.dataKeys.close(error)
  }

  /** @throws `TOKENWARD_KEYS_UNAVAILABLE`: the KMS failed; `TOKENWARD_CLOSED` */
  async seal(contents: object, place: Place, deadline: Deadline): Promise<string> {
    const [kid] = this.ids
    const found = this.#keys.get(kid) as Key
    const { key, ...header } = 'dataKeys' in found ? await found.dataKeys.sealing(deadline) : found
    const plaintext = utf8.encode(JSON.stringify(contents))
    const authenticated = authenticatedData(this.#namespace, place)
    return encrypt(plaintext, key, { kid, ...header }, authenticated)
  }

  /**
   * Does not reject for what does not open, which is no reason to refuse a token.
   * @throws `TOKENWARD_CLOSED`
   */
  async open(sealed: string, place: Place, deadline: Deadline): Promise<Opened> {
    const header = headerOf(sealed)
    const found = header && this.#keys.get(header.kid)
    if (!header || !found) return { unreadable: header?.kid ?? '' }
    try {
      const key =
        'dataKeys' in found ? await found.dataKeys.opening(header.wrapped, deadline) : found.key
      const plaintext = await decrypt(sealed, key, authenticatedData(this.#namespace, place))
      return { contents: JSON.parse(new TextDecoder().decode(plaintext)) }
    } catch (cause) {
      if (isTokenwardError(cause, 'TOKENWARD_CLOSED')) throw cause
      return { unreadable: header.kid, cause }
    }
  }

  /** Whether it was sealed with another key than the current one. */
  isOutdated(sealed: string): boolean {
    return keyIdOf(sealed) !== this.ids[0]
  }
}
