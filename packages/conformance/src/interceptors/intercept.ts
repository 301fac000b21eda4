import type { TokenRepository, Write } from '@tokenward/core'

type Read = TokenRepository['read']
type WriteAll = TokenRepository['write']

/** What happens to calls on their way to the adapter; what is not named passes untouched. */
export interface Interceptor {
  read?(pass: Read, keys: readonly string[], signal: AbortSignal): ReturnType<Read>
  write?(pass: WriteAll, writes: readonly Write[], signal: AbortSignal): ReturnType<WriteAll>
}

/** Wraps a repository: `bench.instance({ through: … })`. */
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

/** The same repository with other members; the rest keeps its own `this`. */
export function replace(inner: TokenRepository, members: object): TokenRepository {
  return new Proxy(inner, {
    get(target, name) {
      if (name in members) return Reflect.get(members, name)
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

/** Several in a row; the first is nearest to core. */
export function chain(...wrappers: readonly RepositoryWrapper[]): RepositoryWrapper {
  return (repository) => wrappers.reduceRight((inner, wrap) => wrap(inner), repository)
}
