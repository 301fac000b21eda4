import type { TokenRepository } from '@tokenward/core/adapter'
import type { MongoClientLike } from './driver.ts'
import { assertOptions, type MongodbOptions } from './options.ts'
import { MongodbRepository } from './repository.ts'
import { assertServer } from './server.ts'

export type { ReadConcern } from './capabilities.ts'
export type { ChangeStreamLike, DatabaseLike, Document, MongoClientLike } from './driver.ts'
export { grants, type Role, type Roles } from './grants.ts'
export type { MongodbOptions } from './options.ts'

/**
 * A store in one collection of a MongoDB database.
 * @param server `mongodb://user:password@host:port/database`, connected with safe time-outs; or a
 *   `MongoClient` of the caller, which is never closed, and the database that its URL names
 * @throws InvalidInput for whatever is wrong with an argument
 */
export function mongodb(
  server: string | MongoClientLike,
  options: MongodbOptions = {},
): TokenRepository {
  assertServer(server)
  assertOptions(options)
  const { namespace = 'default', readConcern = 'majority', assume = {} } = options
  return new MongodbRepository(server, { namespace, readConcern, assumed: { ...assume } })
}
