import type { TokenRepository } from '@tokenward/core/adapter'
import { parseOptions, parseUrl } from './options.ts'
import { EtcdRepository } from './repository.ts'

/** The options of {@link etcd}. */
export interface EtcdOptions {
  /**
   * Separates the records of several instances in one store: 1 to 1024 bytes of UTF-8.
   * @default 'default'
   */
  readonly namespace?: string
}

/**
 * A store in etcd 3.4 or later, by the JSON gateway of its v3 API. It connects in `open()`.
 * @param url the addresses of all members. A call goes to one of them, and after a failed call the next
 *   one goes to another.
 * @throws `TOKENWARD_INVALID_INPUT` for a URL or options that cannot work
 * @example const repository = etcd('etcd://a.example:2379,b.example:2379,c.example:2379')
 */
export function etcd(url: string, options?: EtcdOptions): TokenRepository {
  return new EtcdRepository(parseUrl(url), parseOptions(options).namespace)
}
