import { intercept, type RepositoryWrapper } from '../interceptors/intercept.ts'

/**
 * Ignores every answer after its signal fired, however the adapter handles signals, so that a call that
 * is aborted midway is indeterminate to its caller.
 */
export const ignoreLateReplies: RepositoryWrapper = (inner) =>
  intercept(inner, {
    read: (pass, keys, signal) => untilAborted(pass(keys, signal), signal),
    write: (pass, writes, signal) => untilAborted(pass(writes, signal), signal),
  })

async function untilAborted<T>(call: Promise<T>, signal: AbortSignal): Promise<T> {
  const gone = Promise.withResolvers<never>()
  const leave = () => gone.reject(signal.reason)
  signal.addEventListener('abort', leave, { once: true })
  try {
    const answer = await Promise.race([call, gone.promise])
    signal.throwIfAborted()
    return answer
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
