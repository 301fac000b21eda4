import {
  AdapterFault,
  type Capabilities,
  type Finding,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'

/** Does I/O and nothing else: only core knows what a record means. */
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
    throw notWritten('open', `connect to ${host}, check the settings, and return the findings`)
  }

  async read(
    _keys: readonly string[],
    _signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    throw notWritten('read', 'return the record or null for each key, in the given order')
  }

  async write(_writes: readonly Write[], _signal: AbortSignal): Promise<readonly boolean[]> {
    throw notWritten(
      'write',
      'return for each entry whether it is stored, by one atomic step a key',
    )
  }

  async close(): Promise<void> {
    throw notWritten('close', 'close what open() opened; then every call but open() must reject')
  }
}

/** Not retried by core, so that a half-written adapter fails at once. */
function notWritten(method: string, todo: string): Error {
  return new AdapterFault(`${method}() is not written yet, in src/repository.ts: ${todo}`)
}
