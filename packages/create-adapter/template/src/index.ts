import type { TokenRepository } from '@tokenward/core'
import { MyStoreRepository } from './repository.ts'

export interface MyStoreOptions {
  /** Keeps the records of several wards apart in one store. Default: `default`. */
  readonly namespace?: string
}

/** A store in my-store. */
export function myStore(url: string, options: MyStoreOptions = {}): TokenRepository {
  return new MyStoreRepository(url, options.namespace ?? 'default')
}
