import { tables } from './tables.ts'

/** The page with its tables made anew: each is between two comments. */
export function withTables(page: string): string {
  return Object.entries(tables).reduce((text, [name, make]) => {
    const [start, end] = [`<!-- sizing: ${name} -->\n\n`, `\n\n<!-- /sizing -->`]
    const from = text.indexOf(start)
    const to = text.indexOf(end, from)
    if (from < 0 || to < 0) throw new Error(`the page has no place for the table ${name}`)
    return text.slice(0, from + start.length) + make() + text.slice(to)
  }, page)
}
