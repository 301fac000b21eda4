import { ClientCalls, type Closed } from '@tokenward/core/adapter'

/** The texts by URL: a stand-in for a server, in this process. */
const servers = new Map<string, Map<string, string>>()

export interface Stored {
  readonly text: string
  readonly version: string
}

export class Client {
  readonly #texts: Map<string, string>
  readonly #calls = new ClientCalls()

  private constructor(texts: Map<string, string>) {
    this.#texts = texts
  }

  static async connect(url: string): Promise<Client> {
    const texts = servers.get(url) ?? new Map<string, string>()
    servers.set(url, texts)
    return new Client(texts)
  }

  getAll(names: readonly string[], signal: AbortSignal): Promise<readonly (Stored | null)[]> {
    return this.#send(() => {
      return names.map((name) => {
        const text = this.#texts.get(name)
        return text === undefined ? null : { text, version: text }
      })
    }, signal)
  }

  insert(name: string, text: string, signal: AbortSignal): Promise<boolean> {
    return this.#send(() => {
      if (this.#texts.has(name)) return false
      this.#texts.set(name, text)
      return true
    }, signal)
  }

  replace(name: string, stored: Stored, text: string, signal: AbortSignal): Promise<boolean> {
    return this.#send(() => {
      if (this.#texts.get(name) !== stored.version) return false
      this.#texts.set(name, text)
      return true
    }, signal)
  }

  async close(closed: Closed): Promise<void> {
    this.#calls.close(closed)
  }

  #send<T>(call: () => T, signal: AbortSignal): Promise<T> {
    return this.#calls.run(async () => call(), signal)
  }
}
