import { describe, expect, test } from 'vitest'
import { manifestProblems } from '../src/manifest-problems.ts'
import { type Manifest, publishedPackages, repositoryRoot } from '../src/packages.ts'
import { budgets, overBudget } from '../src/rehearsal/budgets.ts'
import { type Manager, managers } from '../src/rehearsal/managers.ts'
import { catalogVersions, pinsOf } from '../src/rehearsal/pins.ts'
import { plans } from '../src/rehearsal/plans.ts'
import { readReadme } from '../src/rehearsal/readme.ts'
import { projectCommands } from '../src/rehearsal/try-project.ts'

const published = publishedPackages()
const byName = published.map((each) => [each.manifest.name, each] as const)

test('there are published packages', () => {
  expect(published.length).toBeGreaterThan(5)
})

describe.for(byName)('%s', ([name, each]) => {
  test('has a complete manifest', () => {
    expect(manifestProblems(each)).toEqual([])
  })

  const plan = plans[name]

  if (plan && 'scripts' in plan) {
    test('has a README that creates a project and tests it', () => {
      const [npm] = managers as readonly [Manager]
      const { create } = projectCommands(readReadme(each.directory).commands, npm)
      expect(`create-${create[2]}`).toBe(name)
    })
  } else {
    test('has a README that installs it, and an example for each file of its plan', () => {
      const { packages, dev, examples } = readReadme(each.directory)
      expect(packages).toContain(name)
      expect(plan?.files.length).toBeGreaterThan(0)
      expect(examples.length).toBeGreaterThanOrEqual(plan?.files.length ?? 0)
      if (plan?.server) expect(examples[0]?.split(plan.server.address)).toHaveLength(2)
      if (dev) pinsOf(packages, catalogVersions(repositoryRoot))
    })
  }

  test('has a budget', () => {
    expect(overBudget(name, { tarball: 0, install: 0 })).toEqual([])
  })
})

test('budgets and plans are those of published packages', () => {
  const names = published.map(({ manifest }) => manifest.name).sort()
  expect(Object.keys(budgets).sort()).toEqual(names)
  expect(Object.keys(plans).sort()).toEqual(names)
})

test.for<[string, Partial<Manifest>]>([
  ['exports have types first', { exports: { '.': { default: './a.js', types: './a.d.ts' } } }],
  ['exports have types first', { exports: { '.': './a.js' } }],
  ['exports or bin', { exports: undefined as never }],
  ['sideEffects', { sideEffects: undefined as never }],
  ['repository.directory', { repository: {} }],
  ['engines.node', { engines: {} }],
  ['publishConfig.provenance', { publishConfig: { access: 'public' } }],
  ['prepack refuses npm', { scripts: {} }],
  ['no install script', { scripts: { postinstall: 'node build.js' } }],
  ['files include README.md', { files: ['dist'] }],
])('a manifest is refused for %s: %j', ([problem, change]) => {
  const [each] = published.filter(({ folder }) => folder === 'memory')
  if (!each) throw new Error('There is no package memory')
  expect(manifestProblems({ ...each, manifest: { ...each.manifest, ...change } })).toContain(
    problem,
  )
})

test('what is above a budget is named with both numbers', () => {
  const small = { a: { tarball: 10, install: 100 } }
  expect(overBudget('a', { tarball: 10, install: 100 }, small)).toEqual([])
  expect(overBudget('a', { tarball: 11, install: 100 }, small)).toEqual([
    'a: the tarball has 11 kB, and its budget is 10 kB',
  ])
  expect(overBudget('b', { tarball: 1, install: 1 }, small)).toHaveLength(1)
})
