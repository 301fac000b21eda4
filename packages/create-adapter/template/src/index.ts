import type { TokenRepository } from '@tokenward/core/adapter'
import { checkOptions, checkUrl } from './input.ts'
import { MyStoreRepository } from './repository.ts'

export interface MyStoreOptions {
  /** Keeps the records of several instances apart in one store. Default: `default`. */
  readonly namespace?: string
}

/**
 * A store in my-store.
 * @throws InvalidInput
 */
export function myStore(url: string, options: MyStoreOptions = {}): TokenRepository {
  checkUrl(url)
  checkOptions(options)
  return new MyStoreRepository(url, options.namespace ?? 'default')
}
