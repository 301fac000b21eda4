import { globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allDependencies, listPackages } from '../src/workspace-packages.ts'

const packages = listPackages()
const names = new Set(packages.map(({ manifest }) => manifest.name))
const arrows = new Map(
  packages.map(({ manifest }) => [
    manifest.name,
    allDependencies(manifest).filter((name) => names.has(name)),
  ]),
)

/** Every package that can be reached along the arrows. */
function reachableFrom(name: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  for (const next of arrows.get(name) ?? []) {
    if (!seen.has(next)) reachableFrom(next, seen.add(next))
  }
  return seen
}

// The linter forbids circles of files and imports that the package.json does not declare.
describe('packages', () => {
  test.for([...names])('%s does not depend on itself, however far around', (name) => {
    expect([...reachableFrom(name)]).not.toContain(name)
  })

  test('core depends on no other package of the workspace', () => {
    expect(arrows.get('@tokenward/core')).toEqual([])
  })

  test.for(packages.map((each) => [each.folder, each.directory] as const))(
    '%s reaches no other package by a path',
    ([, directory]) => {
      const files = globSync('{src,test}/**/*.ts', { cwd: directory })
      expect(files.flatMap((file) => pathsLeaving(directory, resolve(directory, file)))).toEqual([])
    },
  )
})

function pathsLeaving(directory: string, file: string): readonly string[] {
  const specifiers = readFileSync(file, 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)
  return [...specifiers]
    .map(([, specifier]) => resolve(dirname(file), specifier ?? ''))
    .filter((target) => relative(directory, target).startsWith('..'))
    .map((target) => `${relative(directory, file)} imports ${target}`)
}
