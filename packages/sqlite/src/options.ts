import { InvalidInput, parseStoreOptions, type StoreOptions } from '@tokenward/core/adapter'
import type { DatabaseSyncLike } from './driver.ts'

/** @throws InvalidInput when the repository is made: an unset variable must not become an outage later */
export function assertDatabase(database: unknown): asserts database is string | DatabaseSyncLike {
  if (isDatabase(database)) return
  throw new InvalidInput('database', 'must be the name of a file, or an open DatabaseSync.')
}

/** @throws InvalidInput */
export function parseOptions(options: unknown): Required<StoreOptions> {
  return parseStoreOptions(options)
}

function isDatabase(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  return ['prepare', 'close'].every((name) => typeof Reflect.get(value, name) === 'function')
}
