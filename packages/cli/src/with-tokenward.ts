import {
  createTokenward,
  NotPrepared,
  prepare,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'

/** ms: to say goodbye to the store; the answer is there already. */
const CLOSING = 2_000

/**
 * Works on a store that is prepared. Core would make the root of a new one by itself, where that
 * opens nothing; a tool that is pointed at the wrong store must rather say so.
 */
export async function withTokenward<T>(
  options: TokenwardOptions,
  work: (instance: Tokenward) => Promise<T>,
): Promise<T> {
  const { root } = await prepare(options, { dryRun: true })
  if (root === 'made') {
    throw new NotPrepared(`${NOT_PREPARED}. If it is to be new: tokenward migrate`)
  }
  return whileOpen(options, work)
}

/** An instance for one piece of work; what it answered is not lost to a store that will not close. */
export async function whileOpen<T>(
  options: TokenwardOptions,
  work: (instance: Tokenward) => Promise<T>,
): Promise<T> {
  const instance = await createTokenward(options)
  try {
    return await work(instance)
  } finally {
    await within(CLOSING, instance.close())
  }
}

export const NOT_PREPARED =
  'The store has no root record, or lacks the tables: it is new, was wiped, or is another one (another --namespace?)'

/** At most so many ms; what it comes to does not matter any more. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late]).catch(() => undefined)
  clearTimeout(timer)
}
