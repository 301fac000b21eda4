import { isTokenwardError } from '@tokenward/core'
import type { Part, Result } from './call.ts'
import type { OperationRequest } from './generate-operation.ts'
import type { Operation } from './history.ts'

/** What happened, line by line, if it is traced. */
export class Trace {
  /** The current event of the schedule. */
  step = 0
  readonly lines: string[] = []
  readonly #isKept: boolean

  constructor(isKept: boolean) {
    this.#isKept = isKept
  }

  add(line: () => string): void {
    if (this.#isKept) this.lines.push(`${String(this.step).padStart(4)}  ${line()}`)
  }
}

/** An operation in a line of the trace. */
export function described(request: OperationRequest): string {
  switch (request.what) {
    case 'prune':
      return 'prune'
    case 'issue':
      return `issue ${request.subject} ${request.client}${request.refresh ? '' : ' access only'}, claims ${request.claims}`
    case 'verify':
    case 'update':
    case 'save':
      return `${request.what} ${request.token.name}`
    case 'consume':
      return `consume ${request.token.name} ${request.idempotency ?? ''}`.trim()
    case 'rotate':
      return `rotate ${request.token.name}${request.givesClaims ? ' with a function' : ''}`
    case 'revoke': {
      const { scope, kind, before, of } = request.revocation
      return `revoke ${scope} of ${of.name} ${kind} ${before ?? ''} by ${request.by}`
    }
  }
}

/** The result of an operation. */
export function resultOf({ answer, error }: Operation): string {
  if (error !== null) return isTokenwardError(error) ? error.code : String(error)
  const { accessToken: _, refreshToken: __, claims: ___, ...shown } = answer ?? {}
  return JSON.stringify(shown)
}

/** The effect of a call. */
export function shownPart(part: Part): string {
  if ('read' in part) return part.read.slice(0, 6)
  if ('prune' in part) return `until ${part.prune}`
  const { record, expected } = part.write
  const { kind, state, key, etag } = record
  return `${kind} ${key.slice(0, 6)} ${expected?.slice(0, 4) ?? 'absent'}→${etag.slice(0, 4)} ${state}`
}

export function shownResult(result: Result | 'past'): string {
  if (result === null || typeof result !== 'object') return String(result ?? 'absent')
  return `${result.kind} ${result.etag.slice(0, 4)} ${result.state}`
}
