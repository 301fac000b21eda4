import { expect, test } from 'vitest'
import { type Manifest, runtimePackages, type WorkspacePackage } from '../src/workspace-packages.ts'

function packageOf(name: string, manifest: Partial<Manifest>): WorkspacePackage {
  const common = {
    folder: name,
    directory: name,
    published: false,
    hasTests: false,
    isAdapter: false,
  }
  return { ...common, manifest: { name, ...manifest } }
}

test('a package runs with its dependencies and theirs, without those of tests', () => {
  const packages = [
    packageOf('app', {
      dependencies: { store: '1', hono: '1' },
      devDependencies: { servers: '1' },
    }),
    packageOf('core', {}),
    packageOf('servers', {}),
    packageOf('store', { dependencies: { core: '1' }, devDependencies: { servers: '1' } }),
    packageOf('suite', { dependencies: { app: '1' } }),
  ]
  expect([...runtimePackages(packages, 'app')].sort()).toEqual(['core', 'store'])
})
