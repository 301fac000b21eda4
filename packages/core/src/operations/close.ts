import type { Calls } from '../calls.ts'
import type { Context } from '../context.ts'
import { Closed } from '../errors.ts'
import { parseCloseOptions } from '../input/close.schema.ts'
import { afterDeadline } from '../store/timeout.ts'
import type { CloseOptions } from '../types/call-options.ts'

/** The method `close` of an instance. Repeated calls have no effect. */
export function closerOf(
  context: Context,
  calls: Calls,
): (options?: CloseOptions) => Promise<void> {
  let closing: Promise<void> | null = null
  return async (options) => {
    const { drain } = parseCloseOptions(options)
    closing ??= shutDown(context, calls, drain)
    return closing
  }
}

/** @param drain in ms */
async function shutDown(context: Context, calls: Calls, drain: number): Promise<void> {
  const { issuers, ownKeys, sealing, store } = context
  const closed = new Closed('The instance is closed; create another.')
  calls.closed = closed
  if (drain > 0 && calls.underWay > 0) await untilIdle(calls, drain)
  for (const issuer of issuers.values()) issuer.close(closed)
  ownKeys?.close(closed)
  sealing?.close(closed)
  await store.close(closed)
}

function untilIdle(calls: Calls, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = afterDeadline(ms, resolve)
    calls.whenIdle = () => {
      cancel()
      resolve()
    }
  })
}
