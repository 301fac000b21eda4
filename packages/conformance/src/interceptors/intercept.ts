import type { TokenRepository, Write } from '@tokenward/core/adapter'

type Read = TokenRepository['read']
type WriteAll = TokenRepository['write']

/** Changes calls on their way to the adapter; a method that is not given passes unchanged. */
export interface Interceptor {
  read?(pass: Read, keys: readonly string[], signal: AbortSignal): ReturnType<Read>
  write?(pass: WriteAll, writes: readonly Write[], signal: AbortSignal): ReturnType<WriteAll>
}

/** Wraps a repository: `context.instance({ wrap: … })`. */
export type RepositoryWrapper = (repository: TokenRepository) => TokenRepository

/** A repository whose calls go through `by`. */
export function intercept(inner: TokenRepository, by: Interceptor): TokenRepository {
  const read: Read = (keys, signal) => inner.read(keys, signal)
  const write: WriteAll = (writes, signal) => inner.write(writes, signal)
  const meddled: Pick<TokenRepository, 'read' | 'write'> = {
    read: (keys, signal) => by.read?.(read, keys, signal) ?? read(keys, signal),
    write: (writes, signal) => by.write?.(write, writes, signal) ?? write(writes, signal),
  }
  return replace(inner, meddled)
}

/** The same repository with other members; the rest keep the original `this`. */
export function replace(inner: TokenRepository, members: object): TokenRepository {
  return new Proxy(inner, {
    get(target, name) {
      if (name in members) return Reflect.get(members, name)
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/** Several wrappers; the first is nearest to core. */
export function chain(...wrappers: readonly RepositoryWrapper[]): RepositoryWrapper {
  return (repository) => wrappers.reduceRight((inner, wrap) => wrap(inner), repository)
}
