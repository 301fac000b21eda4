import { interpose, type Through } from './intercept.ts'

/** Calls that the adapter has not answered yet. */
export interface InFlight {
  readonly through: Through
  count(): number
}

export function inFlight(): InFlight {
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
    through: (inner) =>
      interpose(inner, {
        read: (pass, keys, signal) => counted(pass(keys, signal)),
        write: (pass, writes, signal) => counted(pass(writes, signal)),
      }),
  }
}
