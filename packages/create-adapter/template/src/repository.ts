import type { Capabilities, Finding, StoredRecord, TokenRepository, Write } from '@tokenward/core/adapter'
import { AdapterFault } from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'

/** Does I/O and nothing else: what a record means, core alone knows. */
export class MyStoreRepository implements TokenRepository {
  readonly name = 'my-store'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #url: string

  constructor(url: string, namespace: string) {
    this.#url = url
    this.namespace = namespace
  }

  async open(): Promise<readonly Finding[]> {
    const { host } = new URL(this.#url)
    throw notWritten('open', `connect to ${host}, look at the settings, and answer what is wrong`)
  }

  async read(
    _keys: readonly string[],
    _signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    throw notWritten('read', 'answer the record or null for each key, in the order asked')
  }

  async write(_writes: readonly Write[], _signal: AbortSignal): Promise<readonly boolean[]> {
    throw notWritten('write', 'answer for each entry whether it stands, by one atomic step a key')
  }

  async close(): Promise<void> {
    throw notWritten('close', 'close what open() opened; every call but open() rejects from now on')
  }
}

/** Not retried by core, so that a half-written adapter fails at once. */
function notWritten(method: string, todo: string): Error {
  return new AdapterFault(`${method}() is not written yet, in src/repository.ts: ${todo}`)
}
