/**
 * How finely a cluster can spread one namespace. A record and its entries in the index share a hash
 * tag, so that one script changes them as one; the tag is made of the first digits of the key.
 */
const DIGITS = 2
const COUNT = 16 ** DIGITS

/** In the order of the keys in them. */
export const SHARDS: readonly string[] = Array.from({ length: COUNT }, (_, n) =>
  n.toString(16).padStart(DIGITS, '0'),
)

export function shardOf(key: string): string {
  return key.slice(0, DIGITS)
}

/** What is called what in Redis: `tokenward:{default:3f}:3f09…`. */
export class Names {
  readonly #start: string
  /** What was known when the store was prepared. */
  readonly note: string
  /** Where changes are told. */
  readonly channel: string

  constructor(namespace: string) {
    this.#start = startOf(namespace)
    this.note = `${this.#start}}`
    this.channel = `${this.#start}}`
  }

  record(key: string): string {
    return `${this.#in(shardOf(key))}${key}`
  }

  /** By group and key: `<group> <key>`, and ` <key>` for the list of all. */
  index(shard: string): string {
    return `${this.#in(shard)}index`
  }

  /** By the instant until which the record is kept: `<key> <groups>`. */
  durability(shard: string): string {
    return `${this.#in(shard)}retention`
  }

  #in(shard: string): string {
    return `${this.#start}:${shard}}:`
  }
}

/** What all names begin with. */
export const START = 'tokenward:{'

/** What the names of a namespace begin with; no two namespaces meet, and none is a pattern. */
export function startOf(namespace: string): string {
  const plain = encodeURIComponent(namespace).replaceAll(
    /[!'()*~]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${START}${plain}`
}
