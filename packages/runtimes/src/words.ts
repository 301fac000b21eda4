/** The first line of an error and its causes, without what Markdown would take for a mark. */
export function essence(text: string): string {
  const [first = '', ...others] = text.trim().split('\n')
  const causes = others.filter((line) => /^\s*(caused by:|error: |\w*Error\b)/.test(line))
  return escaped([first, ...causes.map((line) => line.trim())].join('; ')).slice(0, 400)
}

export function escaped(text: string): string {
  return text.replace(/[|<>`]/g, ' ')
}

/** `` `a`, `b` `` */
export function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ')
}
