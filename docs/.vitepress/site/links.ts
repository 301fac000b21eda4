import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { visit } from 'unist-util-visit'
import { REPOSITORY, repositoryRoot } from './paths.ts'
import { routeOf } from './sources.ts'

/** A link to a file or folder of the repository, and its anchor. */
const ON_GITHUB = new RegExp(`^${REPOSITORY}(?:/(?:blob|tree)/main/([^#]*))?(?:#(.*))?$`)

/**
 * Replaces the links of a page, which lead to files as GitHub shows them, by those of the site. Links to files
 * that are no pages lead to GitHub.
 */
export function rewriteLinks(source: string, markdown: string, pages: ReadonlySet<string>): string {
  let rewritten = markdown
  const links: { readonly start: number; readonly end: number; readonly url: string }[] = []
  visit(fromMarkdown(markdown), 'link', ({ url, position, children }) => {
    const last = children.at(-1)?.position?.end.offset
    const end = position?.end.offset
    // Not `<https://…>`, which has its address as its text.
    if (last !== undefined && end !== undefined && markdown.startsWith('](', last)) {
      links.push({ start: last + 2, end: end - 1, url })
    }
  })
  for (const { start, end, url } of links.reverse()) {
    rewritten = rewritten.slice(0, start) + addressOf(source, url, pages) + rewritten.slice(end)
  }
  return rewritten
}

function addressOf(source: string, url: string, pages: ReadonlySet<string>): string {
  const [, path, anchor] = ON_GITHUB.exec(url) ?? localTarget(source, url)
  if (path === undefined) return url
  const target = path.replace(/\/$/, '')
  if (target === '' || target === 'README.md') return anchor === 'stores' ? '/which-store' : '/'
  if (target === 'docs/decisions') return '/decisions/'
  const page = [target, join(target, 'README.md')].find((each) => pages.has(each))
  if (page !== undefined) {
    return routeOf(page) + (anchor === undefined || anchor === 'readme' ? '' : `#${anchor}`)
  }
  const file = join(repositoryRoot, target)
  const kind = existsSync(file) && statSync(file).isDirectory() ? 'tree' : 'blob'
  return `${REPOSITORY}/${kind}/main/${target}${anchor === undefined ? '' : `#${anchor}`}`
}

/** Like the matches of {@link ON_GITHUB}, for a link that is relative to the page. */
function localTarget(source: string, url: string): readonly (string | undefined)[] {
  if (/^\w+:/.test(url)) return [url]
  const [path = '', anchor] = url.split('#')
  if (path === '') return [url, source, anchor]
  return [url, join(dirname(source), decodeURI(path)), anchor]
}
