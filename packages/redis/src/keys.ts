/**
 * The hash tag of a key is made of its first digits, so a cluster can spread one namespace over 256
 * shards. A record and its entries in the index share a tag: one script changes them together.
 */
const SHARD_DIGITS = 2
const SHARD_COUNT = 16 ** SHARD_DIGITS

/** In the order of the keys in them. */
export const SHARDS: readonly string[] = Array.from({ length: SHARD_COUNT }, (_, n) =>
  n.toString(16).padStart(SHARD_DIGITS, '0'),
)

export function shardOf(key: string): string {
  return key.slice(0, SHARD_DIGITS)
}

/** The Redis keys of one namespace, as `tokenward:{default:3f}:3f09…`. */
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
   * A sorted set of `<group> <createdAt> <key>`, and of ` <createdAt> <key>` for the list of all. The
   * scores are equal, so the entries are sorted by their bytes: see {@link timeDigits}.
   */
  index(shard: string): string {
    return `${this.#prefix}:${shard}}:index`
  }

  /** A sorted set of `<key> <createdAt> <groups>`; the score is `retainUntil`, in ms since 1970. */
  retention(shard: string): string {
    return `${this.#prefix}:${shard}}:retention`
  }
}

/** As many as core's codec allows. */
const TIME_DIGITS = 16

/** The instant as it is in the entries of the sorted sets: sorted as bytes, entries are sorted by time. */
export function timeDigits(ms: number): string {
  return String(ms).padStart(TIME_DIGITS, '0')
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
