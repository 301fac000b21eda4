import type { TokenRepository } from '@tokenward/core'

export type StoreState = 'available' | 'failing' | 'hanging' | 'broken'

export interface Switch {
  state: StoreState
  /** How many reads were asked for. */
  reads: number
}

/** A store that counts its reads, and that a test can switch off. */
export function switchedStore(inner: TokenRepository, control: Switch): TokenRepository {
  return new Proxy(inner, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name !== 'read') return member.bind(target)
      return (...input: Parameters<TokenRepository['read']>) => {
        control.reads += 1
        return answer(control.state) ?? target.read(...input)
      }
    },
  })
}

function answer(state: StoreState): ReturnType<TokenRepository['read']> | null {
  if (state === 'failing') return Promise.reject(new Error('The connection was refused.'))
  if (state === 'hanging') return new Promise(() => undefined)
  if (state === 'broken') return Promise.resolve('not a list of records' as never)
  return null
}
