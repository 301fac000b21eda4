/** The state of an item when it was last read. */
export interface CachedItem {
  readonly etag: string
  readonly cas: string
}

/** As many as are read between a read and the write that follows it. */
const MAX_ITEMS = 4_096

/**
 * The cas ids that one connection returned lately: a caller that replaces what it has just read needs
 * no second read. An id names one version of one item, so an old id makes a write fail, and never makes
 * it succeed wrongly.
 */
export class CasCache {
  readonly #items = new Map<string, CachedItem>()

  set(key: string, item: CachedItem): void {
    this.#items.set(key, item)
    if (this.#items.size <= MAX_ITEMS) return
    for (const oldest of this.#items.keys()) {
      this.#items.delete(oldest)
      return
    }
  }

  /** The cas id of the item with this etag. It is removed: after a refusal it must be read again. */
  take(key: string, etag: string): string | undefined {
    const item = this.#items.get(key)
    this.#items.delete(key)
    return item?.etag === etag ? item.cas : undefined
  }
}
