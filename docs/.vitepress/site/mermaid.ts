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
