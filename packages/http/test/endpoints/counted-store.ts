import type { TokenRepository } from '@tokenward/core'

/** What the store does with a call: answers, fails before it did anything, or loses its answer. */
type Fault = 'none' | 'down' | 'lost'

/** A store that counts its calls, and that the test lets fail. */
export interface CountedStore {
  readonly repository: TokenRepository
  /** How many calls were sent. */
  calls: number
  fault: (call: 'read' | 'write') => Fault
}

export function countedStore(inner: TokenRepository): CountedStore {
  const store: CountedStore = {
    calls: 0,
    fault: () => 'none',
    repository: new Proxy(inner, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        if (name !== 'read' && name !== 'write') return member.bind(target)
        return async (...input: unknown[]) => {
          store.calls++
          const fault = store.fault(name)
          if (fault === 'down') throw new Error('The connection was refused.')
          const answer: unknown = await member.apply(target, input)
          if (fault === 'lost') throw new Error('The connection was reset.')
          return answer
        }
      },
    }),
  }
  return store
}
