import type { Finding } from '../adapter/capabilities.ts'
import type { TokenRepository } from '../adapter/contract.ts'

/** Several instances may share one repository object; the last one to close closes it. */
interface Users {
  count: number
  closing: Promise<unknown>
}

const usersOf = new WeakMap<TokenRepository, Users>()

/**
 * Counts one more user, even if `open()` fails: {@link closeRepository} counts it off again.
 * @param signal aborted when the instance has given up: no call would close what is opened then
 */
export async function openRepository(
  repository: TokenRepository,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const users = usersOf.get(repository) ?? { count: 0, closing: Promise.resolve() }
  usersOf.set(repository, users)
  users.count++
  await users.closing
  signal.throwIfAborted()
  return repository.open()
}

export async function closeRepository(repository: TokenRepository): Promise<void> {
  const users = usersOf.get(repository)
  if (users === undefined || --users.count > 0) return
  const closed = repository.close()
  // The next instance that opens it waits until it is closed.
  users.closing = closed.catch(() => undefined)
  await closed
}
