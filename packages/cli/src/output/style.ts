import { styleText } from 'node:util'

type Format = (text: string) => string

export interface Style {
  readonly bold: Format
  readonly dim: Format
  readonly good: Format
  readonly bad: Format
}

export function styleFor(useColors: boolean): Style {
  const format =
    (name: 'bold' | 'dim' | 'green' | 'red'): Format =>
    (text) =>
      useColors ? styleText(name, text, { validateStream: false }) : text
  return { bold: format('bold'), dim: format('dim'), good: format('green'), bad: format('red') }
}

/** Colors are for terminals only, and NO_COLOR turns them off (https://no-color.org). */
export function wantsColors(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
}
