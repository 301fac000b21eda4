// What is cheap to test of the documentation site. `npx -y pnpm@12 docs:test` builds it and opens each page.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TokenwardError } from '@tokenward/core'
import * as core from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'
import { documents } from './support/code-blocks.ts'

interface Navigation {
  readonly SECTIONS: readonly object[]
  itemsOf(
    section: object,
    sources: readonly string[],
    titleOf: (source: string) => string,
  ): readonly { readonly source: string }[]
}
interface Sources {
  sourcePages(): readonly string[]
}

/** The modules of the site: a package imports no other by its path. */
async function load<T>(name: string): Promise<T> {
  return import(pathToFileURL(join(repositoryRoot, 'docs/.vitepress/site', name)).href)
}
const { SECTIONS, itemsOf } = await load<Navigation>('navigation.ts')
const { sourcePages } = await load<Sources>('sources.ts')
const listed = SECTIONS.flatMap((section) => itemsOf(section, sourcePages(), String))

test('every page of the site is in docs/.vitepress/site/navigation.ts, once', () => {
  expect(listed.map(({ source }) => source).sort()).toEqual(sourcePages())
})

test('every document in docs is a page of the site', () => {
  const docs = documents().filter((file) => file.startsWith('docs/'))
  expect(sourcePages()).toEqual(expect.arrayContaining(docs))
})

test('each picture is in docs/images, where the site finds it', () => {
  const pictures = sourcePages().flatMap((source) => {
    const markdown = readFileSync(join(repositoryRoot, source), 'utf8')
    const paths = markdown.matchAll(/(?:!\[[^\]]*\]\(|<img[^>]* src=")(?!https?:)([^)"]+)/g)
    return [...paths].map(([, path = '']) => ({ source, path }))
  })
  const isFound = ({ source, path }: { source: string; path: string }) =>
    /^docs\/[^/]+$/.test(source) &&
    path.startsWith('images/') &&
    existsSync(join(repositoryRoot, 'docs', path))
  expect(pictures.length).toBeGreaterThan(10)
  expect(pictures.filter((picture) => !isFound(picture))).toEqual([])
})

describe('the address that an error prints', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/errors.md'), 'utf8')
  const classes = Object.values(core).filter((each) => {
    return typeof each === 'function' && each.prototype instanceof core.TokenwardError
  }) as unknown as readonly (new (
    message: string,
  ) => TokenwardError)[]

  test.for(classes)('leads to a heading: %s', (ErrorClass) => {
    const { url, code } = new ErrorClass('x')
    expect(url).toBe(`https://tokenward.dev/errors#${code.toLowerCase()}`)
    expect(page).toContain(`\n### ${code}\n`)
  })
})
