import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adapters } from '../src/adapters.ts'
import { packagesFolder } from '../src/paths.ts'

interface Section {
  readonly heading: RegExp
  /** Only the pages of adapters for a server have it. */
  readonly serversOnly?: true
}

/** The sections of every adapter's page, in this order. A page may have others between them. */
const SECTIONS: readonly Section[] = [
  { heading: /^Options$/ },
  { heading: /^Guarantees$/ },
  { heading: /^What `open\(\)` checks$/, serversOnly: true },
  { heading: /^Bring your own (client|pool|database)$/ },
  { heading: /^What is stored$/ },
  { heading: /^Grants$/, serversOnly: true },
  { heading: /^Verified behavior$/, serversOnly: true },
]

function sectionsOf(page: string): readonly Section[] {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading)
  return headings.flatMap((name) => SECTIONS.filter(({ heading }) => heading.test(name)))
}

// The page of `memory` has none of them: the store has no settings and no server.
test.for(adapters.filter(({ storage }) => storage !== 'process'))(
  'the page of $name has the common sections in order',
  ({ name, storage }) => {
    const page = readFileSync(join(packagesFolder, name, 'README.md'), 'utf8')
    const expected = SECTIONS.filter((section) => !section.serversOnly || storage === 'server')
    expect(sectionsOf(page)).toEqual(expected)
  },
)
