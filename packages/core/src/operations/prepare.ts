import { createContext } from '../context.ts'
import { parsePrepare } from '../input/operations.schema.ts'
import type { TokenwardOptions } from '../types/options.ts'
import type { Prepared } from '../types/results.ts'

/**
 * Makes what the store needs: the schema and the root record, and raises the longest lifetime.
 * Opens the repository and closes it again. `dryRun` changes nothing and says what it would do.
 * @throws StoreUnavailable, PolicyRefused (wrong pepper, unfit backend), InvalidInput
 */
export async function prepare(
  options: TokenwardOptions,
  flags?: { readonly dryRun?: boolean },
): Promise<Prepared> {
  const { dryRun } = parsePrepare(flags)
  const context = await createContext(options)
  try {
    const { prepareStore } = await import('../policy/root-record.ts')
    return await prepareStore(context, dryRun)
  } finally {
    await context.store.close()
  }
}
