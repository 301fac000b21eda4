import type { CryptoKey } from 'jose'
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

  /** Whether the KMS that seals has just failed, so that a call that can do without it should not wait. */
  get isFailing(): boolean {
    const key = this.#keys.get(this.ids[0])
    return key !== undefined && 'dataKeys' in key && key.dataKeys.isFailing
  }

  /** @throws `TOKENWARD_KEYS_UNAVAILABLE`: the KMS failed */
  async seal(contents: object, place: Place, deadline: Deadline): Promise<string> {
    const [kid] = this.ids
    const found = this.#keys.get(kid) as Key
    const { key, ...header } = 'dataKeys' in found ? await found.dataKeys.sealing(deadline) : found
    const plaintext = utf8.encode(JSON.stringify(contents))
    const authenticated = authenticatedData(this.#namespace, place)
    return encrypt(plaintext, key, { kid, ...header }, authenticated)
  }

  /** Never rejects: what does not open is no reason to refuse a token. */
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
      return { unreadable: header.kid, cause }
    }
  }

  /** Whether it was sealed with another key than the current one. */
  isOutdated(sealed: string): boolean {
    return keyIdOf(sealed) !== this.ids[0]
  }
}
