import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rewriteLinks } from './links.ts'
import { pagesFolder, REPOSITORY, repositoryRoot, siteFolder } from './paths.ts'
import { leadOf, read, routeOf, sourcePages, titleOf } from './sources.ts'

const EDIT = `${REPOSITORY}/edit/main/`

/** Writes what VitePress reads, from what the repository has. */
export function stage(): void {
  const pages = new Set(sourcePages())
  for (const source of pages) stagePage(source, pages)
  writePage('/', homePage())
  writePage('/decisions/', decisionsPage())
  const assets = join(pagesFolder, 'public')
  cpSync(join(siteFolder, 'public'), assets, { recursive: true })
  cpSync(join(repositoryRoot, 'docs/images'), join(assets, 'images'), { recursive: true })
  copyMermaid(join(assets, 'mermaid'))
}

function copyMermaid(folder: string): void {
  const dist = dirname(fileURLToPath(import.meta.resolve('mermaid')))
  for (const part of ['mermaid.esm.min.mjs', 'chunks/mermaid.esm.min']) {
    const filter = (file: string): boolean => !file.endsWith('.map')
    cpSync(join(dist, part), join(folder, part), { recursive: true, filter })
  }
}

export function clearPages(): void {
  rmSync(pagesFolder, { recursive: true, force: true })
}

export function stagePage(source: string, pages: ReadonlySet<string>): void {
  const markdown = rewriteLinks(source, read(source), pages).replaceAll(
    /(="|\]\()images\//g,
    '$1/images/',
  )
  writePage(routeOf(source), `---\n${frontMatterOf(source)}---\n\n${markdown}`)
}

/** A page without a first paragraph has the description of the site. */
function frontMatterOf(source: string): string {
  const lead = leadOf(source).replaceAll(/[*`]/g, '')
  const description = lead === '' ? '' : `description: ${JSON.stringify(lead)}\n`
  return `editLink: ${EDIT}${source}\n${description}`
}

/** Writes the file for an address; that of a folder is its `index.md`. */
export function writePage(route: string, markdown: string): void {
  const file = join(pagesFolder, `${route.endsWith('/') ? `${route}index` : route}.md`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, markdown)
}

/** The home page shows the example of the README, which is run by the tests. */
function homePage(): string {
  const [example = ''] = /```ts\n.*?```/s.exec(read('README.md')) ?? []
  if (example === '') throw new Error('README.md has no example for the home page.')
  return read('docs/.vitepress/home.md').replace('<!-- example of the README -->', example)
}

function decisionsPage(): string {
  const rows = sourcePages()
    .filter((source) => source.startsWith('docs/decisions/'))
    .map((source) => `- [${titleOf(source)}](${routeOf(source)})`)
  return [
    '---\neditLink: false\n---',
    '# Decisions',
    'Why things are as they are: one record for each decision, with what was considered.',
    rows.join('\n'),
  ].join('\n\n')
}
