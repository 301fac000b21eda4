/** What stood under a key when it was last read. */
export interface Version {
  readonly etag: string
  readonly cas: string
}

/** As many as are read between a read and the write that follows it. */
const MOST = 4_096

/**
 * The cas ids that one connection told lately: who replaces what it has just read need not ask again.
 * An id names one version of one item, so an old one makes a write fail and never succeed wrongly.
 */
export class Versions {
  readonly #versions = new Map<string, Version>()

  note(key: string, version: Version): void {
    this.#versions.set(key, version)
    if (this.#versions.size <= MOST) return
    for (const oldest of this.#versions.keys()) {
      this.#versions.delete(oldest)
      return
    }
  }

  /** The cas id of that state, once: what is then refused is to be read again. */
  take(key: string, etag: string): string | undefined {
    const version = this.#versions.get(key)
    this.#versions.delete(key)
    return version?.etag === etag ? version.cas : undefined
  }
}
