import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'

/** What a README tells its reader to do first. */
export interface Readme {
  /** The packages of its line `npm install`. */
  readonly packages: readonly string[]
  /** Whether they are development dependencies. */
  readonly dev: boolean
  /** Its blocks of code, in order. */
  readonly examples: readonly string[]
}

/** @throws Error without a line that installs something, or without an example */
export function readReadme(directory: string): Readme {
  const path = join(directory, 'README.md')
  const readme = parseReadme(readFileSync(path, 'utf8'))
  if (readme.packages.length === 0)
    throw new Error(`${path} does not tell how to install the package`)
  if (readme.examples.length === 0) throw new Error(`${path} has no example`)
  return readme
}

export function parseReadme(markdown: string): Readme {
  const blocks = fromMarkdown(markdown).children.filter((node) => node.type === 'code')
  const inLanguage = (...languages: readonly string[]) =>
    blocks.filter(({ lang }) => languages.includes(lang ?? '')).map(({ value }) => value)
  const lines = inLanguage('sh').flatMap((code) => code.split('\n'))
  const line = lines.find((each) => each.startsWith('npm install')) ?? ''
  const words = line.replace(/#.*/, '').split(/\s+/).slice(2)
  return {
    packages: words.filter((word) => word !== '' && !word.startsWith('-')),
    dev: words.includes('--save-dev'),
    examples: inLanguage('ts', 'typescript', 'js', 'javascript'),
  }
}
