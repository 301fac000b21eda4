import type { TokenRepository } from '@tokenward/core'
import type { Pool } from 'pg'
import { type ClientLike, type PoolLike, postgres, type QueryLike } from '../src/index.ts'

/** The adapter without synchronous_commit: commits are acknowledged before they are on the disk. */
export function acknowledgingEarly(pool: Pool, namespace: string): TokenRepository {
  const spoilt: PoolLike = {
    connect: (callback) =>
      pool.connect((error, client) => callback(error, client && spoil(client))),
    on: (event, listener) => pool.on(event, listener),
    removeListener: (event, listener) => pool.removeListener(event, listener),
  }
  return endingWith(pool, postgres(spoilt, { namespace }))
}

/** Ends the caller-owned pool with the repository. */
export function endingWith(pool: Pool, repository: TokenRepository): TokenRepository {
  const close = repository.close.bind(repository)
  repository.close = async () => {
    await close()
    if (!pool.ending) await pool.end()
  }
  return repository
}

function spoil(client: ClientLike): ClientLike {
  return new Proxy(client, {
    get(target, name) {
      const member = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name !== 'query') return member.bind(target)
      return (query: QueryLike) =>
        target.query({ ...query, text: query.text.replace("ELSE 'on' END", "ELSE 'off' END") })
    },
  })
}
