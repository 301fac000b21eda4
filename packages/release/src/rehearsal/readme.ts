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
  /** The lines of its first block of commands, without comments. */
  readonly commands: readonly string[]
}

/** @throws Error without a line that installs or creates something, or without an example */
export function readReadme(directory: string): Readme {
  const path = join(directory, 'README.md')
  const readme = parseReadme(readFileSync(path, 'utf8'))
  if (readme.packages.length === 0 && !readme.commands[0]?.startsWith('npm create '))
    throw new Error(`${path} does not tell how to install the package`)
  if (readme.examples.length === 0) throw new Error(`${path} has no example`)
  return readme
}

export function parseReadme(markdown: string): Readme {
  const blocks = fromMarkdown(markdown).children.filter((node) => node.type === 'code')
  const inLanguage = (...languages: readonly string[]) =>
    blocks.filter(({ lang }) => languages.includes(lang ?? '')).map(({ value }) => value)
  const commands = inLanguage('sh').map((code) =>
    code.split('\n').map((line) => line.replace(/#.*/, '').trim()),
  )
  const line = commands.flat().find((each) => each.startsWith('npm install')) ?? ''
  const words = line.split(/\s+/).slice(2)
  return {
    packages: words.filter((word) => word !== '' && !word.startsWith('-')),
    dev: words.includes('--save-dev'),
    examples: inLanguage('ts', 'typescript', 'js', 'javascript'),
    commands: (commands[0] ?? []).filter((each) => each !== ''),
  }
}
