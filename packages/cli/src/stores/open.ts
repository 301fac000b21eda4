import type { TokenRepository } from '@tokenward/core'
import { UsageError } from '../usage-error.ts'
import { type Absent, fileFor } from './file.ts'
import { importInstalled } from './installed.ts'
import { type Place, placeOf } from './schemes.ts'

type Factory = (address: unknown, options?: unknown) => TokenRepository

export interface StoreRequest {
  readonly url: string
  readonly folder: string
  readonly namespace?: string | undefined
  readonly absent: Absent
}

/** The repository of a URL, by the adapter that the project has installed; not opened yet. */
export async function repositoryOf(request: StoreRequest): Promise<TokenRepository> {
  const { url, folder, namespace } = request
  const place = placeOf(url)
  if (place === null) {
    // Not quoted: it may hold a password.
    throw new UsageError(
      '--store must be sqlite:FILE (or a FILE ending in .db), postgres://…, redis://…, memcached://HOST:PORT, mongodb://… or memory:',
    )
  }
  const name = `@tokenward/${place.adapter}`
  const factory: unknown = Reflect.get(await importInstalled(name, folder), place.adapter)
  if (typeof factory !== 'function') {
    throw new UsageError(`${name} has no ${place.adapter}(): update it, or this tool.`)
  }
  return called(factory as Factory, place, request, namespace === undefined ? {} : { namespace })
}

function called(
  factory: Factory,
  { address, at }: Place,
  { folder, absent }: StoreRequest,
  options: object,
): TokenRepository {
  if (address === 'nothing') return factory(options)
  return factory(address === 'file' ? fileFor(at, folder, absent) : at, options)
}
