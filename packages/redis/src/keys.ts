/**
 * The hash tag of a key is made of its first byte, so a cluster can spread one namespace over 256 shards.
 * A record and its entries in the index share a tag: one script changes them together.
 */
export const SHARDS: readonly string[] = Array.from({ length: 256 }, (_, n) =>
  n.toString(16).padStart(2, '0'),
)

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const SHARD_BY_START: ReadonlyMap<string, string> = new Map(
  [...BASE64URL].flatMap((first, high) =>
    [...BASE64URL].map((second, low) => [first + second, SHARDS[high * 4 + (low >> 4)] ?? '']),
  ),
)

export function shardOf(key: string): string {
  return SHARD_BY_START.get(key.slice(0, 2)) ?? ''
}

/** The Redis keys of one namespace, as `tokenward:{default:3f}:Pwk…`. */
export class KeyNames {
  readonly #prefix: string
  /** The key of the preparation note. */
  readonly note: string
  /** The channel of change notifications. */
  readonly channel: string

  constructor(namespace: string) {
    this.#prefix = prefixOf(namespace)
    this.note = `${this.#prefix}}`
    this.channel = `${this.#prefix}}`
  }

  record(key: string): string {
    return `${this.#prefix}:${shardOf(key)}}:${key}`
  }

  /**
   * A sorted set of `<short group> <time> <key>`, and of ` <time> <key>` for the list of all. The scores are
   * equal, so the entries are sorted by their bytes: see {@link shortGroup} and {@link timeDigits}.
   */
  index(shard: string): string {
    return `${this.#prefix}:${shard}}:index`
  }

  /** A sorted set of `<key> <time> <short groups>`; the score is `retainUntil`, in ms since 1970. */
  retention(shard: string): string {
    return `${this.#prefix}:${shard}}:retention`
  }
}

/** The start of a group, with 72 of its bits, is enough to find a record: the record has the whole. */
export function shortGroup(group: string): string {
  return group.slice(0, 13)
}

/** As many as the largest instant that core's codec allows has in base 36. */
const TIME_DIGITS = 11

/** The instant as it is in the entries of the sorted sets: sorted as bytes, entries are sorted by time. */
export function timeDigits(ms: number): string {
  return ms.toString(36).padStart(TIME_DIGITS, '0')
}

export function timeOf(digits: string): number {
  return Number.parseInt(digits, 36)
}

/** All keys of Tokenward begin with this. */
export const PREFIX = 'tokenward:{'

/** All keys of the namespace begin with this, and no others do. It contains no glob pattern. */
export function prefixOf(namespace: string): string {
  const plain = encodeURIComponent(namespace).replaceAll(
    /[!'()*~]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${PREFIX}${plain}`
}
