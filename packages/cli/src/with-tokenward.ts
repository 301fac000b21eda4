import {
  createTokenward,
  NotPrepared,
  prepare,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'

/** How long the store may take to close; the result is there already. */
const CLOSE_TIMEOUT_MS = 2_000

export const NOT_PREPARED =
  'The store has no root record, or its tables are missing: it is new, was wiped, or is another store (another --namespace?)'

/**
 * Runs `work` on a store that is prepared. Core would create the root record of a new store, which
 * revokes everything issued before; a tool that is pointed at the wrong store must fail instead.
 *
 * @throws NotPrepared (`TOKENWARD_NOT_PREPARED`)
 */
export async function withPreparedStore<T>(
  options: TokenwardOptions,
  work: (instance: Tokenward) => Promise<T>,
): Promise<T> {
  const { root } = await prepare(options, { dryRun: true })
  if (root === 'made') {
    throw new NotPrepared(`${NOT_PREPARED}. To create a new store run: tokenward migrate`)
  }
  return withTokenward(options, work)
}

/** Runs `work` on an instance and closes it; a store that does not close does not lose the result. */
export async function withTokenward<T>(
  options: TokenwardOptions,
  work: (instance: Tokenward) => Promise<T>,
): Promise<T> {
  const instance = await createTokenward(options)
  try {
    return await work(instance)
  } finally {
    await settleWithin(CLOSE_TIMEOUT_MS, instance.close())
  }
}

/** Waits at most `timeoutMs`; how `work` ends does not matter. */
async function settleWithin(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([work, timeout]).catch(() => undefined)
  clearTimeout(timer)
}
