import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'
import { listPackages } from '../src/workspace-packages.ts'

const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}
const packages = listPackages()
/** Commands that begin with a program, and build nothing before it. */
const programs = Object.entries(manifest.scripts).flatMap(([name, command]) => {
  const path = /^node (packages\/\S+\.ts)/.exec(command)?.[1]
  return path === undefined ? [] : [[name, path] as const]
})

/** The packages that a module, and all that it imports by a path, import by name. */
function packagesOf(module: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(module)) return []
  seen.add(module)
  const imports = [...readFileSync(module, 'utf8').matchAll(/^(?:import|export|\}).*'([^']+)'$/gm)]
  return imports.flatMap(([line, name = '']) => {
    if (/^import type /.test(line)) return []
    return name.startsWith('.') ? packagesOf(resolve(dirname(module), name), seen) : [name]
  })
}

/** Commands that first build what the `dependencies` of a package list. */
const builtPrograms = Object.entries(manifest.scripts).flatMap(([name, command]) => {
  const [, folder = '', part = ''] = /run-after-build\.ts ([\w-]+)(\/\S+)?$/.exec(command) ?? []
  return folder === '' ? [] : [[name, folder, `packages/${folder}/src${part}/main.ts`] as const]
})

describe('a command of the repository starts in a fresh clone', () => {
  test.for(programs)('%s imports no package that must be built first', ([, path]) => {
    const names = packagesOf(join(repositoryRoot, path))
    expect(names.filter(isOurs)).toEqual([])
  })

  test.for(builtPrograms)('%s imports only packages that are built before', ([, folder, path]) => {
    const { dependencies = {} } = packages.find((each) => each.folder === folder)?.manifest ?? {}
    const names = packagesOf(join(repositoryRoot, path)).filter(isOurs)
    const needed = names.map((name) => name.split('/').slice(0, 2).join('/'))
    expect(needed.filter((name) => !Object.hasOwn(dependencies, name))).toEqual([])
  })
})

// `--only` builds what the `dependencies` list, and no more.
test.for(packages.filter(({ manifest }) => manifest.scripts?.['build'] !== undefined))(
  '$folder is built from packages of this repository that its dependencies list',
  ({ directory, manifest }) => {
    const listed = { ...manifest.dependencies, ...manifest.peerDependencies }
    const sources = globSync('src/**/*.ts', { cwd: directory })
    const imported = sources.flatMap((file) => {
      const code = readFileSync(join(directory, file), 'utf8')
      return [...code.matchAll(/ from '(@tokenward\/[^/']+)/g)].map(([, name = '']) => name)
    })
    const missing = imported.filter((name) => name !== manifest.name && !(name in listed))
    expect([...new Set(missing)]).toEqual([])
  },
)

function isOurs(name: string): boolean {
  return name.startsWith('@tokenward/')
}
