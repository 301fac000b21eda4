import type { TokenRepository } from '@tokenward/core'
import { replace } from '../../interceptors/intercept.ts'

const open = new Set<TokenRepository>()

/** The open repositories of this process whose namespace starts with that of `inner`. */
export function otherNamespaces(inner: TokenRepository): {
  readonly repository: TokenRepository
  others(): readonly TokenRepository[]
} {
  return {
    repository: replace(inner, {
      async open() {
        const findings = await inner.open()
        open.add(inner)
        return findings
      },
      async close() {
        open.delete(inner)
        await inner.close()
      },
    }),
    others: () => [...open].filter((other) => isOtherNamespace(other.namespace, inner.namespace)),
  }
}

function isOtherNamespace(name: string, own: string): boolean {
  return name !== own && name.startsWith(own)
}
