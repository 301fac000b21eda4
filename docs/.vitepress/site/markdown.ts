import type { MarkdownRenderer } from 'vitepress'

/** Shows blocks of Mermaid as GitHub does: as pictures, which the browser draws. */
export function mermaidBlocks(md: MarkdownRenderer): void {
  const renderCode = md.renderer.rules.fence
  md.renderer.rules.fence = (tokens, index, options, environment, self) => {
    const token = tokens[index]
    if (token?.info.trim() === 'mermaid') {
      return `<MermaidDiagram code="${encodeURIComponent(token.content)}" />`
    }
    return renderCode?.(tokens, index, options, environment, self) ?? ''
  }
}

/** A header without text is a cell, not the header of a column. */
export function emptyHeaders(md: MarkdownRenderer): void {
  md.core.ruler.push('empty-headers', ({ tokens }) => {
    for (const [at, token] of tokens.entries()) {
      const end = tokens[at + 2]
      if (token.type !== 'th_open' || tokens[at + 1]?.content !== '' || end === undefined) continue
      token.tag = 'td'
      end.tag = 'td'
    }
  })
}
