import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from './paths.ts'

/**
 * The Markdown files of the repository that are pages of the site, as paths from its root. Besides those of
 * `docs` they are the READMEs of the published packages, and the two files that GitHub wants in the root.
 */
export function sourcePages(): readonly string[] {
  const docs = globSync('docs/**/*.md', { cwd: repositoryRoot, exclude: ['**/node_modules/**'] })
  const readmes = publishedPackages().map((name) => `packages/${name}/README.md`)
  return [...docs, ...readmes, 'SECURITY.md', 'CONTRIBUTING.md'].sort()
}

/** The folders of the published packages. */
export function publishedPackages(): readonly string[] {
  return globSync('packages/*/package.json', { cwd: repositoryRoot })
    .filter((file) => existsSync(join(repositoryRoot, file, '../README.md')))
    .filter((file) => !JSON.parse(read(file)).private)
    .map((file) => file.split('/')[1] ?? '')
    .sort()
}

/** The address of a page on the site, without the host. */
export function routeOf(source: string): string {
  const path = source
    .replace(/^docs\//, '')
    .replace(/(^|\/)README\.md$/, '$1')
    .replace(/\.md$/, '')
  if (source.startsWith('packages/')) return `/${path.replace(/\/$/, '')}`
  if (/^docs\/examples\/.+\/README\.md$/.test(source)) return `/${path.replace(/\/$/, '')}`
  return `/${source.startsWith('docs/') ? path : path.toLowerCase()}`
}

/** The heading of a page, as plain text. */
export function titleOf(source: string): string {
  const [, title = source] = /^# (.+)$/m.exec(read(source)) ?? []
  return title.replaceAll('`', '')
}

/** The first paragraph of a page, which names its readers, on one line and without links. */
export function leadOf(source: string): string {
  const [, lead = ''] = /^# .+\n+((?:[^\n#`|<-][^\n]*\n)+)/m.exec(read(source)) ?? []
  return lead
    .trim()
    .replaceAll('\n', ' ')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
}

export function read(source: string): string {
  return readFileSync(join(repositoryRoot, source), 'utf8')
}
