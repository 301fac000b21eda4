import type { TokenRepository } from '@tokenward/core/adapter'
import { checkOptions } from './input.ts'
import type { MemoryRecords } from './records.ts'
import { MemoryRepository } from './repository.ts'

export type { MemoryRecords } from './records.ts'

export interface MemoryOptions {
  /** Keeps the records of several instances apart in one store. Default: `default`. */
  readonly namespace?: string
  /** The store itself: repositories that are given the same one share it. Default: a new one. */
  readonly records?: MemoryRecords
}

/**
 * A store in this process's memory: it ends with the process, and no other process sees it.
 * @throws InvalidInput
 */
export function memory(options: MemoryOptions = {}): TokenRepository {
  checkOptions(options)
  const { namespace = 'default', records = new Map() } = options
  return new MemoryRepository(namespace, records)
}
