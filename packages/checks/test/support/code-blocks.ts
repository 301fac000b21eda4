import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { visit } from 'unist-util-visit'
import { repositoryRoot } from '../../src/paths.ts'

export interface CodeBlock {
  /** `file:line` of the block. */
  readonly place: string
  readonly code: string
  /** `false` for blocks marked `ts no-run`, which need something like a server. */
  readonly runs: boolean
}

export function documents(): readonly string[] {
  return globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md'], {
    cwd: repositoryRoot,
    // An example may be installed where it is.
    exclude: ['**/node_modules/**'],
  }).sort()
}

export function typescriptBlocks(document: string): readonly CodeBlock[] {
  const markdown = readFileSync(join(repositoryRoot, document), 'utf8')
  const blocks: CodeBlock[] = []
  visit(fromMarkdown(markdown), 'code', (node) => {
    if (node.lang !== 'ts' && node.lang !== 'typescript') return
    const place = `${document}:${node.position?.start.line}`
    if (node.meta && node.meta !== 'no-run') throw new Error(`${place}: unknown "${node.meta}"`)
    blocks.push({ place, code: node.value, runs: node.meta !== 'no-run' })
  })
  return blocks
}
