import { intercept, type RepositoryWrapper } from './intercept.ts'

/** Calls that the adapter has not answered yet. */
export interface PendingCalls {
  readonly wrap: RepositoryWrapper
  count(): number
}

export function pendingCalls(): PendingCalls {
  let calls = 0
  const counted = async <T>(call: Promise<T>): Promise<T> => {
    calls++
    try {
      return await call
    } finally {
      calls--
    }
  }
  return {
    count: () => calls,
    wrap: (inner) =>
      intercept(inner, {
        read: (pass, keys, signal) => counted(pass(keys, signal)),
        write: (pass, writes, signal) => counted(pass(writes, signal)),
      }),
  }
}
