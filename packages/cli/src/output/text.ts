import type { RevocationNote } from '@tokenward/core'

export function instant(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString()
}

/**
 * Controls (C0, DEL, C1) and format characters, which include those that turn the direction of writing:
 * a note must not be able to move the cursor, or to show something else than it contains.
 */
export const UNPRINTABLE: RegExp = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
  )
}

/** `"lost phone" by support` */
export function noteText({ reason, actor }: RevocationNote = {}): string {
  return [
    reason === undefined ? '' : `"${printable(reason)}"`,
    actor === undefined ? '' : `by ${printable(actor)}`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** The parts that there are, one blank between. */
export function words(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ')
}
