import type { TokenRepository } from '@tokenward/core/adapter'
import { assertUrl, parseOptions } from './options.ts'
import { MyStoreRepository } from './repository.ts'

/** The options of {@link myStore}. */
export interface MyStoreOptions {
  /**
   * Separates the records of several instances in one store: 1 to 1024 bytes of UTF-8.
   * @default 'default'
   */
  readonly namespace?: string
}

/**
 * A store in my-store.
 * @param url where the store is
 * @throws InvalidInput `TOKENWARD_INVALID_INPUT` for a URL or options that cannot work
 */
export function myStore(url: string, options?: MyStoreOptions): TokenRepository {
  assertUrl(url)
  return new MyStoreRepository(url, parseOptions(options).namespace)
}
