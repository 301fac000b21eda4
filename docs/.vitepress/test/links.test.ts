import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ORIGIN } from '../site/address.ts'
import { outputFolder, REPOSITORY, repositoryRoot } from '../site/paths.ts'
import { fileOf } from './serve.ts'

const files = globSync('**/*.html', { cwd: outputFolder }).filter((file) => file !== '404.html')
const documents = new Map(files.map((file) => [file, readDocument(file)]))

interface Document {
  readonly links: readonly string[]
  readonly ids: ReadonlySet<string>
}

function readDocument(file: string): Document {
  const html = readFileSync(join(outputFolder, file), 'utf8')
  const links = [...html.matchAll(/\s(?:href|src|srcset)="([^"]*)"/g)].map(([, link = '']) => {
    return link.replaceAll('&amp;', '&')
  })
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => id)
  return { links: [...new Set(links)], ids: new Set(ids) }
}

/** Whether a link of a page leads nowhere. Other sites are not asked. */
function isBroken(file: string, link: string): boolean {
  const onGitHub = new RegExp(`^${REPOSITORY}/(?:blob|tree|edit)/main/([^#]*)`).exec(link)
  if (onGitHub !== null) return !existsSync(join(repositoryRoot, decodeURI(onGitHub[1] ?? '')))
  if (/^(?:\w+:|\/\/)/.test(link)) return false
  const page = `/${file.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')}`
  const { pathname, hash } = new URL(link, `${ORIGIN}${page}`)
  const target = fileOf(pathname)
  if (target === null) return true
  if (hash === '' || !target.endsWith('.html')) return false
  const ids = documents.get(target.slice(outputFolder.length + 1))?.ids
  return !ids?.has(decodeURIComponent(hash.slice(1)))
}

test('the site has pages of every kind', () => {
  const wanted = ['index', 'errors', 'packages/redis', 'decisions/index', 'reference/index']
  expect(files).toEqual(expect.arrayContaining(wanted.map((name) => `${name}.html`)))
})

test.for(files)('every link and picture of %s is there', (file) => {
  const links = documents.get(file)?.links ?? []
  expect(links.filter((link) => isBroken(file, link))).toEqual([])
})

test('a link to a page, an anchor or a file that is not there is found', () => {
  for (const link of ['/nowhere', '/errors#nowhere', `${REPOSITORY}/blob/main/nowhere.ts`]) {
    expect(isBroken('index.html', link)).toBe(true)
  }
  expect(isBroken('errors.html', '#tokenward_closed')).toBe(false)
})

describe.for(['llms.txt', 'llms-full.txt'])('%s', (name) => {
  test('links to texts and pages that are there', () => {
    const text = readFileSync(join(outputFolder, name), 'utf8')
    const links = [...text.matchAll(/\]\((https:[^)\s]+)\)/g)].map(([, link = '']) => link)
    const own = links.filter((link) => link.startsWith(`${ORIGIN}/`))
    expect(own.length).toBeGreaterThan(50)
    expect(own.filter((link) => isBroken('index.html', link.slice(ORIGIN.length)))).toEqual([])
  })
})
