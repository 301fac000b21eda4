import { UNPRINTABLE } from './text.ts'

/** JSON that a terminal can show as it is: what would control it is escaped, which parses to the same. */
export function jsonText(value: unknown, indent?: number): string {
  // A line feed can only be layout here: JSON escapes those within strings.
  return JSON.stringify(value, null, indent).replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : escaped(character),
  )
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
