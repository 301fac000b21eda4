/** Milliseconds since 1970, padded: the order of the bytes is the order of the times. */
const DIGITS = 16

/** The keys of one namespace in etcd. The length makes sure that no namespace is the start of another. */
export class Keys {
  readonly #prefix: string

  constructor(namespace: string) {
    this.#prefix = `tokenward/${Buffer.byteLength(namespace)}:${namespace}/`
  }

  record(key: string): string {
    return `${this.#prefix}r/${key}`
  }

  /** An entry of the index for `prune`: its value is empty. */
  retention(retainUntil: number, key: string): string {
    return `${this.#retentionOf(retainUntil)}/${key}`
  }

  /** All entries with a `retainUntil` up to and including `now`: from the first key up to the second. */
  retainedUpTo(now: number): readonly [from: string, to: string] {
    return [`${this.#prefix}x/`, this.#retentionOf(now + 1)]
  }

  keyOf(entry: string): string {
    return entry.slice(entry.lastIndexOf('/') + 1)
  }

  #retentionOf(at: number): string {
    return `${this.#prefix}x/${String(at).padStart(DIGITS, '0')}`
  }
}
