import { InvalidInput, parseStoreOptions, type StoreOptions } from '@tokenward/core/adapter'
import type { DatabaseLike } from './driver.ts'

const METHODS = ['prepare', 'exec', 'close']

/** @throws InvalidInput when the repository is made: an unset variable must not become an outage later */
export function assertDatabase(database: unknown): asserts database is string | DatabaseLike {
  if (isDatabase(database)) return
  throw new InvalidInput(
    'database',
    'must be the name of a file, or an open database of node:sqlite, better-sqlite3 or bun:sqlite.',
  )
}

/** @throws InvalidInput */
export function parseOptions(options: unknown): Required<StoreOptions> {
  return parseStoreOptions(options)
}

function isDatabase(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !value.includes('\0')
  if (typeof value !== 'object' || value === null) return false
  // The database of `sqlite3`, which is asynchronous, has these methods too.
  if ('parallelize' in value) return false
  return METHODS.every((name) => typeof Reflect.get(value, name) === 'function')
}
