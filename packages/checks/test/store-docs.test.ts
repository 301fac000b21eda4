import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'

/** In this order: who knows the page of one store knows them all. */
const SECTIONS: readonly RegExp[] = [
  /^Options$/,
  /^What it promises$/,
  /^What `open\(\)` finds$/,
  /^An? \w+ of yours$/,
  /^The (tables|keys|collection)$|^What is stored$/,
  /^The grants$/,
  /^Measured$/,
]
/** What is said of servers. */
const OF_SERVERS: readonly number[] = [2, 5, 6]

/** The numbers of the sections that the page of a store has; what it has beside them is its own. */
function sectionsOf(store: string): readonly number[] {
  const page = readFileSync(join(repositoryRoot, 'packages', store, 'README.md'), 'utf8')
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading)
  return headings
    .map((heading) => SECTIONS.findIndex((section) => section.test(heading)))
    .filter((section) => section >= 0)
}

test.each(['postgres', 'redis', 'mongodb', 'memcached'])('the page of %s has all', (store) => {
  expect(sectionsOf(store)).toEqual(SECTIONS.map((_, nth) => nth))
})

test('that of sqlite has those that are not about servers', () => {
  const expected = SECTIONS.map((_, nth) => nth).filter((nth) => !OF_SERVERS.includes(nth))
  expect(sectionsOf('sqlite')).toEqual(expected)
})
