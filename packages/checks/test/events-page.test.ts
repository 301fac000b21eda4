import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8')

test('docs/events.md lists every event of core, each with a section', () => {
  const [, members = ''] = /export interface Events \{\n([\s\S]*?)\n\}/.exec(
    read('packages/core/src/types/events.ts'),
  ) as RegExpExecArray
  const events = [...members.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name)
  const page = read('docs/events.md')
  const rows = [...page.matchAll(/^\| \[`(\w+)`\]/gm)].map(([, name]) => name)
  const sections = [...page.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
  expect(events.length).toBeGreaterThan(10)
  expect(rows).toEqual(events)
  expect(sections).toEqual(expect.arrayContaining(events))
})
