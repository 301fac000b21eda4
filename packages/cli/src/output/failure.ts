import { type Finding, isTokenwardError } from '@tokenward/core'
import { UsageError } from '../exit-code.ts'
import { printable } from './format.ts'
import type { Secrets } from './redact.ts'
import type { Style } from './style.ts'

/** More causes would hide the first ones. */
const MAX_CAUSES = 20

export interface Failure {
  readonly error: {
    readonly code: string
    readonly message: string
    /** The same call may succeed later, unchanged. */
    readonly retryable: boolean
    /** Where the code is documented, for errors of Tokenward. */
    readonly url?: string
    /** The messages of the whole chain, the nearest cause first. */
    readonly causes?: readonly string[]
    readonly findings?: readonly Finding[]
  }
}

export function failureJson(error: unknown, secrets: Secrets): Failure {
  const causes = causesOf(error).map((cause) => secrets.redact(cause))
  const more = causes.length > 0 ? { causes } : {}
  const message = messageOf(error)
  if (error instanceof UsageError) {
    return { error: { code: 'USAGE', message, retryable: false, ...more } }
  }
  if (!isTokenwardError(error)) {
    return {
      error: { code: 'UNEXPECTED', message: secrets.redact(message), retryable: false, ...more },
    }
  }
  const { code, retryable, url, findings } = error as typeof error & {
    findings?: readonly Finding[]
  }
  return {
    error: { code, message, retryable, url, ...more, ...(findings?.length && { findings }) },
  }
}

export function failureLines(error: unknown, secrets: Secrets, style: Style): readonly string[] {
  const { code, message, url, causes = [] } = failureJson(error, secrets).error
  const prefix = code === 'USAGE' ? '' : `${code}: `
  return [
    `${style.bad('tokenward:')} ${prefix}${printableLines(message)}`,
    ...causes.map((cause) => `  caused by: ${printableLines(cause)}`),
    ...(url === undefined ? [] : [`  see: ${url}`]),
  ]
}

/** The messages of servers and drivers may have several lines. */
function printableLines(message: string): string {
  return message.trim().split('\n').map(printable).join('\n  ')
}

/**
 * The messages of all causes of an error, nearest first, each once. The errors of an `AggregateError`
 * count as causes: drivers throw it after they tried several addresses.
 */
function causesOf(error: unknown): readonly string[] {
  const messages = new Set<string>()
  const visited = new Set<unknown>([error])
  const queue = [...directCauses(error)]
  for (let at = queue.shift(); at !== undefined && messages.size < MAX_CAUSES; at = queue.shift()) {
    if (visited.has(at.error)) continue
    visited.add(at.error)
    messages.add(messageOf(at.error))
    queue.unshift(...directCauses(at.error))
  }
  messages.delete(messageOf(error))
  return [...messages]
}

/** Any value can be thrown; this function itself never throws. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  try {
    const { message, code, name } = error as { message?: unknown; code?: unknown; name?: unknown }
    const given = [message, code, name].find((text) => typeof text === 'string' && text !== '')
    return typeof given === 'string' ? given : 'an object without a message'
  } catch {
    return 'an object that cannot be read'
  }
}

/** Each cause is wrapped, because a thrown value may be `undefined`. */
function directCauses(error: unknown): readonly { readonly error: unknown }[] {
  if (!(error instanceof Error)) return []
  const errors = error instanceof AggregateError ? error.errors : []
  return [error.cause, ...errors]
    .filter((each) => each !== undefined && each !== null)
    .map((each) => ({ error: each }))
}
