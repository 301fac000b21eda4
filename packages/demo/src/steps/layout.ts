const INDENT = ' '.repeat(9)
const MAX_COLUMNS = 96

/** Wraps a text into lines that are indented below the heading of a step. */
export function paragraph(text: string, prefix: string = ''): readonly string[] {
  const lines: string[] = []
  let line = INDENT + prefix
  for (const word of text.split(' ')) {
    const longer = line.endsWith(' ') ? line + word : `${line} ${word}`
    if (longer.length <= MAX_COLUMNS || line.trim() === prefix.trim()) line = longer
    else {
      lines.push(line)
      line = INDENT + ' '.repeat(prefix.length) + word
    }
  }
  return [...lines, line]
}

export function indented(line: string): string {
  return `${INDENT}   ${line}`
}
