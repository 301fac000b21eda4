/**
 * Remembers the entries that were used last: at least `size` of them, and never more than twice as many.
 * There are two generations: an entry that is used moves to the younger one, and when that one is full, the
 * older one is forgotten. A hit of a young entry changes nothing.
 */
export class RecentMap<K, V extends object> {
  readonly #size: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()

  /** @param size 0: nothing is remembered */
  constructor(size: number) {
    this.#size = size
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old !== undefined) this.set(key, old)
    return old
  }

  set(key: K, value: V): void {
    if (this.#size === 0) return
    this.#young.set(key, value)
    if (this.#young.size < this.#size) return
    this.#old = this.#young
    this.#young = new Map()
  }

  delete(key: K): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }
}
