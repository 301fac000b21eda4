import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ORIGIN } from './address.ts'
import { rewriteLinks } from './links.ts'
import { itemsOf, SECTIONS } from './navigation.ts'
import { outputFolder } from './paths.ts'
import { leadOf, read, routeOf, sourcePages, titleOf } from './sources.ts'

const SUMMARY =
  'A TypeScript library that issues, verifies, rotates and revokes JSON Web Tokens over pluggable stores: memory, SQLite, Postgres, Redis, MongoDB, Memcached.'

/** Writes `llms.txt` (https://llmstxt.org), `llms-full.txt`, and each page as Markdown beside its HTML. */
export function writeTextsForModels(): void {
  const sources = sourcePages()
  const sections = SECTIONS.map((section) => ({
    text: section.text,
    items: itemsOf(section, sources, titleOf),
  }))
  const index = sections.map(({ text, items }) => {
    const lines = items.map(({ source }) => {
      return `- [${titleOf(source)}](${addressOf(source)}): ${leadOf(source)}`
    })
    return `## ${text}\n\n${lines.join('\n')}`
  })
  const head = `# Tokenward\n\n> ${SUMMARY}`
  write('llms.txt', [head, ...index].join('\n\n'))
  const pages = sections.flatMap(({ items }) => items.map(({ source }) => source))
  const texts = pages.map((source) => textOf(source, new Set(sources)))
  for (const [at, source] of pages.entries()) write(fileOf(source), texts[at] ?? '')
  write('llms-full.txt', [head, ...texts].join('\n\n'))
}

function write(file: string, text: string): void {
  writeFileSync(join(outputFolder, file), `${text.trim()}\n`)
}

function fileOf(source: string): string {
  return `${routeOf(source).slice(1).replace(/\/$/, '/index')}.md`
}

function addressOf(source: string): string {
  return `${ORIGIN}/${fileOf(source)}`
}

function textOf(source: string, pages: ReadonlySet<string>): string {
  return rewriteLinks(source, read(source), pages).trim().replaceAll('](/', `](${ORIGIN}/`)
}
