import { parsePrepare } from '../input/operator.schema.ts'
import type { TokenwardOptions } from '../input/options.ts'
import type { Prepared } from './answers.ts'
import { setUp } from './setup.ts'

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
  const context = await setUp(options)
  try {
    const { prepareStore } = await import('./prepare-store.ts')
    return await prepareStore(context, dryRun)
  } finally {
    await context.store.close()
  }
}
