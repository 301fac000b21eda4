import { type Finding, isTokenwardError } from '@tokenward/core'
import { UsageError } from '../usage-error.ts'
import { causesOf, messageOf } from './causes.ts'
import type { Secrets } from './secrets.ts'
import type { Style } from './style.ts'
import { printable } from './text.ts'

export interface Failure {
  readonly error: {
    readonly code: string
    readonly message: string
    /** The same call may succeed later, unchanged. */
    readonly retryable: boolean
    /** The whole chain, the nearest first. */
    readonly causes?: readonly string[]
    readonly findings?: readonly Finding[]
  }
}

export function failureJson(error: unknown, secrets: Secrets): Failure {
  const causes = causesOf(error).map((cause) => secrets.blot(cause))
  const more = causes.length > 0 ? { causes } : {}
  const message = messageOf(error)
  if (error instanceof UsageError) {
    return { error: { code: 'USAGE', message, retryable: false, ...more } }
  }
  if (!isTokenwardError(error)) {
    return {
      error: { code: 'UNEXPECTED', message: secrets.blot(message), retryable: false, ...more },
    }
  }
  const { code, retryable, findings } = error as typeof error & { findings?: readonly Finding[] }
  return { error: { code, message, retryable, ...more, ...(findings?.length && { findings }) } }
}

export function failureLines(error: unknown, secrets: Secrets, style: Style): readonly string[] {
  const { code, message, causes = [] } = failureJson(error, secrets).error
  const name = code === 'USAGE' ? '' : `${code}: `
  return [
    `${style.bad('tokenward:')} ${name}${readable(message)}`,
    ...causes.map((cause) => `  caused by: ${readable(cause)}`),
  ]
}

/** Servers and drivers write messages too. */
function readable(message: string): string {
  return message.trim().split('\n').map(printable).join('\n  ')
}
