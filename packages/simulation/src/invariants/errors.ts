// I6: a failed call has an unknown result, and no other error occurs.
import { isTokenwardError } from '@tokenward/core'
import type { History, Operation, Violation } from '../history.ts'

export function* errors({ operations, storeFaults }: History): Iterable<Violation> {
  for (const fault of storeFaults) yield { invariant: 'I3 state only advances', message: fault }
  for (const operation of operations) {
    const message = wrong(operation)
    if (message !== null)
      yield { invariant: 'I6 an unknown result is reported as unknown', message }
  }
}

function wrong({ id, what, error, disturbed, returned }: Operation): string | null {
  if (returned === Number.POSITIVE_INFINITY) return `#${id} never ended`
  if (error === null) return null
  const writes = what !== 'verify' && what !== 'prune'
  const unknown =
    isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE') ||
    (writes && isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE'))
  if (!unknown) return `#${id} ${what} threw ${error}`
  return disturbed ? null : `#${id} ${what} threw ${error}, and its store had answered`
}
