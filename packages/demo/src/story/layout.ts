const MARGIN = ' '.repeat(9)
const WIDTH = 96

/** The lines of a paragraph, indented below a step's heading. */
export function paragraph(text: string, lead: string = ''): readonly string[] {
  const lines: string[] = []
  let line = MARGIN + lead
  for (const word of text.split(' ')) {
    const longer = line.endsWith(' ') ? line + word : `${line} ${word}`
    if (longer.length <= WIDTH || line.trim() === lead.trim()) line = longer
    else {
      lines.push(line)
      line = MARGIN + ' '.repeat(lead.length) + word
    }
  }
  return [...lines, line]
}

export function indented(line: string): string {
  return `${MARGIN}   ${line}`
}
