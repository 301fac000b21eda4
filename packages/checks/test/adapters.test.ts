import { stores } from '@tokenward/benchmarks/stores'
import { describe, expect, test } from 'vitest'
import { adapterNames, adapters } from '../src/adapters.ts'
import { listPackages, type Manifest } from '../src/workspace-packages.ts'

const packages = listPackages()
const packageNames = adapterNames.map((name) => `@tokenward/${name}`).sort()

function manifestOf(folder: string): Manifest {
  const found = packages.find((each) => each.folder === folder)
  if (found === undefined) throw new Error(`There is no package in the folder ${folder}.`)
  return found.manifest
}

describe('the list of adapters', () => {
  test('contains every published package that is tested with the conformance suite', () => {
    const tested = packages.filter(({ isAdapter }) => isAdapter)
    const help = 'packages/checks/src/adapters.ts; then see "All the places" in write-an-adapter.md'
    expect(
      tested.map(({ folder }) => folder),
      help,
    ).toEqual([...adapterNames].sort())
  })

  test.for(adapters)('has the folder, the package and the factory of $name', async (adapter) => {
    expect(manifestOf(adapter.name).name).toBe(`@tokenward/${adapter.name}`)
    const { name, capabilities } = await adapter.create()
    expect(name).toBe(adapter.name)
    expect(capabilities.network).toBe(adapter.storage === 'server')
    expect(capabilities.shared).toBe(adapter.storage !== 'process')
  })
})

// Published packages cannot import this private list, so they have their own.
test('the CLI has every adapter as an optional peer dependency', () => {
  // The CLI's own tests compare the schemes of `--store` with its peer dependencies.
  const { peerDependencies, peerDependenciesMeta } = manifestOf('cli')
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => packageNames.includes(name))
  expect(peers.sort()).toEqual(packageNames)
  for (const name of packageNames) expect(peerDependenciesMeta?.[name]?.optional, name).toBe(true)
})

test('the benchmark measures every adapter that writes to a file or a server', () => {
  const measurable = adapters.filter(({ storage }) => storage !== 'process')
  expect(Object.keys(stores)).toEqual(expect.arrayContaining(measurable.map(({ name }) => name)))
})
