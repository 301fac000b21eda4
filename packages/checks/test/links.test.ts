import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { visit } from 'unist-util-visit'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'

const BLOB = 'https://github.com/tokenward/tokenward/blob/main/'

const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/README.md'], {
  cwd: repositoryRoot,
  // An example may be installed where it is.
  exclude: ['**/node_modules/**'],
})

interface Page {
  readonly links: readonly string[]
  /** The anchors that GitHub gives to the headings. */
  readonly anchors: ReadonlySet<string>
}

function readPage(page: string): Page {
  const links: string[] = []
  const anchors = new Set<string>()
  const markdown = readFileSync(join(repositoryRoot, page), 'utf8')
  visit(fromMarkdown(markdown), (node) => {
    if (node.type === 'link') links.push(node.url)
    if (node.type !== 'heading') return
    const title = markdown.slice(node.position?.start.offset, node.position?.end.offset)
    anchors.add(anchorOf(title.replace(/^#+ /, '')))
  })
  return { links, anchors }
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = link.startsWith(BLOB)
    ? path.slice(BLOB.length)
    : join(dirname(page), decodeURI(path))
  const file = path === '' ? page : target
  if (!existsSync(join(repositoryRoot, file))) return true
  return anchor !== undefined && !readPage(file).anchors.has(anchor)
}

test.for(pages)('every link of %s has a target', (page) => {
  const own = readPage(page).links.filter((link) => link.startsWith(BLOB) || !/^\w+:/.test(link))
  expect(own.filter((link) => isBroken(page, link))).toEqual([])
})
