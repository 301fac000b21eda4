import { styleText } from 'node:util'

type Paint = (text: string) => string

export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly good: Paint
  readonly bad: Paint
}

export function styleFor(colours: boolean): Style {
  const paint =
    (format: 'bold' | 'dim' | 'green' | 'red'): Paint =>
    (text) =>
      colours ? styleText(format, text, { validateStream: false }) : text
  return { bold: paint('bold'), dim: paint('dim'), good: paint('green'), bad: paint('red') }
}

/** https://no-color.org */
export function wantsColours(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
}
