import type { TokenRepository } from '@tokenward/core/adapter'
import { parseOptions } from './options.ts'
import type { MemoryRecords } from './records.ts'
import { MemoryRepository } from './repository.ts'

export type { MemoryRecords } from './records.ts'

/** The options of {@link memory}. */
export interface MemoryOptions {
  /**
   * Separates the records of several instances in one store: 1 to 1024 bytes of UTF-8.
   * @default 'default'
   */
  readonly namespace?: string
  /**
   * The store itself: repositories with the same map share their records.
   * @default a new Map
   */
  readonly records?: MemoryRecords
}

/**
 * A store in the memory of this process: it ends with the process, and no other process sees it.
 * @throws InvalidInput `TOKENWARD_INVALID_INPUT` for options that cannot work
 * @example
 * const tokens = await createTokenward({ issuer, keys, repository: memory() })
 */
export function memory(options?: MemoryOptions): TokenRepository {
  const { namespace, records } = parseOptions(options)
  return new MemoryRepository(namespace, records)
}
