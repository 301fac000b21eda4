import { createContext } from '../context.ts'
import { Closed } from '../errors.ts'
import { parsePrepareOptions } from '../input/operations.schema.ts'
import type { PrepareOptions } from '../types/call-options.ts'
import type { TokenwardOptions } from '../types/options.ts'
import type { Prepared } from '../types/results.ts'

/**
 * Prepares the store for these options: creates the schema and the root record if they are missing, and
 * allows longer lifetimes. Opens the repository and closes it again. Run it at each deployment, with an
 * account that may change the schema; `tokenward migrate` does the same.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 * @throws `TOKENWARD_POLICY_REFUSED`: the store cannot guarantee the policy, or the pepper is wrong
 * @throws `TOKENWARD_NOT_PREPARED`: the store was prepared by another version of Tokenward
 * @throws `TOKENWARD_STORE_UNAVAILABLE`, `TOKENWARD_WRITE_INDETERMINATE`: the store failed; try again
 * @throws `TOKENWARD_ADAPTER_FAULT`: the adapter broke its contract
 * @example
 * const { statements } = await prepare(options, { dryRun: true })
 * console.log(statements.join('\n'))
 */
export async function prepare(
  options: TokenwardOptions,
  prepareOptions?: PrepareOptions,
): Promise<Prepared> {
  const { dryRun } = parsePrepareOptions(prepareOptions)
  const context = await createContext(options)
  try {
    const { prepareStore } = await import('../policy/root-record.ts')
    return await prepareStore(context, dryRun)
  } finally {
    await context.store.close(new Closed('The store was prepared; create an instance.'))
  }
}
