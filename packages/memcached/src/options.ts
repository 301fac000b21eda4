import { InvalidInput } from '@tokenward/core/adapter'
import type { Driver } from './addresses.ts'

export interface MemcachedOptions {
  /** Keeps the records of several instances apart in one server. Default: `default`. */
  readonly namespace?: string
  /** By which package a URL is connected to. Default: `memcached`. */
  readonly client?: Driver
  /**
   * A name for the ring, where processes reach the same servers by different addresses: another name is
   * another, empty world. Then all must list them in the same order. Default: the addresses.
   */
  readonly ring?: string
}

const OPTIONS = ['namespace', 'client', 'ring']

/** @throws InvalidInput that names the option */
export function assertOptions(options: unknown): asserts options is MemcachedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidInput('options', 'must be an object, as { namespace, client, ring }.')
  }
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) {
    throw new InvalidInput(
      unknown,
      `is not an option of memcached(): it has ${OPTIONS.join(', ')}.`,
    )
  }
  const { namespace, ring } = options as Record<string, unknown>
  if (namespace !== undefined) assertName('namespace', namespace)
  if (ring !== undefined) assertName('ring', ring)
}

function assertName(path: string, name: unknown): void {
  const isName = typeof name === 'string' && name.isWellFormed()
  if (isName && name !== '' && name.length <= 1024) return
  throw new InvalidInput(path, 'must be a string of 1 to 1024 well-formed UTF-16 units.')
}
