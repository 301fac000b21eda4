import type { TokenRepository } from '@tokenward/core'
import { UsageError } from '../exit-code.ts'
import { type IfMissing, storeFile } from './file.ts'
import { importInstalled } from './installed.ts'
import { parseStoreUrl, type StoreUrl } from './parse-url.ts'

type Factory = (address: unknown, options?: unknown) => TokenRepository

export interface StoreRequest {
  readonly url: string
  readonly cwd: string
  readonly namespace?: string | undefined
  readonly ifMissing: IfMissing
}

/** The repository of a URL, made by the adapter that the project has installed; not opened yet. */
export async function createRepository(request: StoreRequest): Promise<TokenRepository> {
  const { url, cwd, namespace } = request
  const parsed = parseStoreUrl(url)
  if (parsed === null) {
    // The URL is not quoted: it may contain a password.
    throw new UsageError(
      '--store must be sqlite:FILE (or a FILE ending in .db), postgres://…, redis://…, memcached://HOST:PORT, mongodb://… or memory:',
    )
  }
  const { adapter } = parsed
  const name = `@tokenward/${adapter}`
  const factory: unknown = Reflect.get(await importInstalled(name, cwd), adapter)
  if (typeof factory !== 'function') {
    throw new UsageError(`${name} does not export ${adapter}(): update it, or this tool.`)
  }
  const options = namespace === undefined ? {} : { namespace }
  return instantiate(factory as Factory, parsed, request, options)
}

function instantiate(
  factory: Factory,
  { takes, address }: StoreUrl,
  { cwd, ifMissing }: StoreRequest,
  options: object,
): TokenRepository {
  if (takes === 'nothing') return factory(options)
  return factory(takes === 'file' ? storeFile(address, cwd, ifMissing) : address, options)
}
