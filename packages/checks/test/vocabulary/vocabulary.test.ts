import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryRoot } from '../../src/paths.ts'
import { ALLOWED_USES, BANNED_WORDS } from './words.ts'

const FILES = [
  '{README,CONTRIBUTING,SECURITY}.md',
  '.changeset/*.md',
  'docs/**/*.md',
  'packages/*/*.{md,ts}',
  'packages/*/{package.json,src,test,prepack,vitest,template*}/**/*.{ts,js,mjs,sql,lua,md}',
  'packages/*/package.json',
]
/** The last two list the old words beside the new ones. */
const EXCLUDED = [
  '**/node_modules/**',
  '**/dist/**',
  'packages/checks/test/vocabulary/**',
  '.changeset/the-fields-own-words.md',
]

const files = [...new Set(globSync(FILES, { cwd: repositoryRoot, exclude: EXCLUDED }))].sort()
const filesByArea = Map.groupBy(files, areaOf)

const instead = new Map(
  BANNED_WORDS.flatMap(({ spellings, instead }) => spellings.map((each) => [each, instead])),
)
const banned = new RegExp(
  `\\b(${[...instead.keys()].map((each) => each.replace(' ', '[\\s*/]+')).join('|')})\\b`,
  'gi',
)

/** The folder of the package, or the first part of the path. */
function areaOf(file: string): string {
  const [first = '', second = ''] = file.split('/')
  return first === 'packages' ? `${first}/${second}` : first
}

/** One line for each banned word in a file: where it is and what to write instead. */
function findBannedWords(file: string, text: string): readonly string[] {
  // Splits identifiers in camel case, without changing the number of lines.
  const words = text.replace(/([a-z\d])(?=[A-Z])/g, '$1 ').replaceAll('_', ' ')
  return [...words.matchAll(banned)].flatMap(({ 0: found, index }) => {
    const spelling = found.toLowerCase().replace(/[\s*/]+/g, ' ')
    if (isAllowed(spelling, file)) return []
    const line = words.slice(0, index).split('\n').length
    return [`${file}:${line} "${spelling}" -> ${instead.get(spelling)}`]
  })
}

function isAllowed(spelling: string, file: string): boolean {
  return ALLOWED_USES.some((use) => use.spelling === spelling && file.startsWith(use.path))
}

describe('no banned word is used in', () => {
  test.for([...filesByArea])('%s', ([, paths]) => {
    const found = paths.flatMap((file) => {
      return findBannedWords(file, readFileSync(join(repositoryRoot, file), 'utf8'))
    })
    expect(found, `${found.length} banned words`).toEqual([])
  })
})

describe('the search', () => {
  test.for([
    ['in any case', 'Whom'],
    ['in an identifier in camel case', 'const isToldTwice = 1'],
    ['in an identifier in snake case', 'TOLD_TWICE'],
    ['across the lines of a comment', ' * what it takes\n * back'],
  ] as const)('finds a word %s', ([, text]) => {
    expect(findBannedWords('docs/x.md', text)).toHaveLength(1)
  })

  test.for(['Tokenward', 'understood', 'recommends', 'calendar'])('ignores %s', (text) => {
    expect(findBannedWords('docs/x.md', text)).toEqual([])
  })

  test('reports the line and the better word', () => {
    const found = findBannedWords('docs/x.md', 'one\ntwo verdicts')
    expect(found).toEqual(['docs/x.md:2 "verdicts" -> result'])
  })

  test('allows exceptions only in their files', () => {
    expect(findBannedWords('packages/testbed/x.ts', 'registry')).toEqual([])
    expect(findBannedWords('packages/core/x.ts', 'registry')).toHaveLength(1)
  })
})

// An exception that is no longer needed would hide the next misuse.
test.for(ALLOWED_USES)('$path needs its exception for "$spelling"', ({ spelling, path }) => {
  const texts = files
    .filter((file) => file.startsWith(path))
    .map((file) => readFileSync(join(repositoryRoot, file), 'utf8'))
  expect(texts.some((text) => new RegExp(`\\b${spelling}`, 'i').test(text))).toBe(true)
})
