import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { adapterNames } from '../src/adapters.ts'
import { packagesFolder } from '../src/paths.ts'
import { allDependencies, listPackages, type WorkspacePackage } from '../src/workspace-packages.ts'

/** Every package, from the bottom up: a package depends only on packages of lower layers. */
const LAYERS: readonly (readonly string[])[] = [
  ['config'],
  ['core'],
  ['conformance'],
  ['simulation', 'testbed'],
  adapterNames,
  ['cli', 'create-tokenward-adapter', 'http', 'mutants', 'otel', 'release', 'runtimes', 'trials'],
  ['benchmarks', 'demo', 'interop'],
  ['checks'],
]

const SCOPE = '@tokenward/'
const config = join(packagesFolder, 'config')
const packages = listPackages()
const byFolder = packages.map((each) => [each.folder, each] as const)

function layerOf(folder: string): number {
  return LAYERS.findIndex((layer) => layer.includes(folder))
}

/** The folders of the packages of this repository among some dependencies. */
function foldersOf(dependencies: readonly string[]): readonly string[] {
  return dependencies
    .filter((name) => name.startsWith(SCOPE))
    .map((name) => name.slice(SCOPE.length))
}

// The linter rejects cycles between files and imports of undeclared packages.
describe('the packages', () => {
  test('are all assigned to a layer', () => {
    const folders = packages.map(({ folder }) => folder)
    expect(folders.filter((folder) => layerOf(folder) < 0)).toEqual([])
  })

  test.for(byFolder)('%s depends only on lower layers', ([folder, { manifest }]) => {
    const dependencies = foldersOf(allDependencies(manifest))
    expect(dependencies.filter((name) => layerOf(name) >= layerOf(folder))).toEqual([])
  })

  test.for(byFolder.filter(([, { published }]) => published))(
    '%s needs at most core at run time',
    ([folder, { manifest }]) => {
      const dependencies = foldersOf(Object.keys(manifest.dependencies ?? {}))
      const needsNone = ['core', 'create-tokenward-adapter'].includes(folder)
      expect(dependencies).toEqual(needsNone ? [] : ['core'])
    },
  )

  test.for(byFolder)('%s imports no other package by a path, except config', ([, each]) => {
    expect(pathsLeaving(each)).toEqual([])
  })

  test('the relative paths in package.json and tsconfig files lead only to config', () => {
    const files = globSync('*/{package,tsconfig,tsconfig.*}.json', { cwd: packagesFolder })
    const outside = files.flatMap((file) => {
      const text = readFileSync(join(packagesFolder, file), 'utf8')
      const paths = [...text.matchAll(/(?<=["\s])\.\.\/[^"\s]*/g)].map(([path]) => path)
      return paths.filter((path) => !path.startsWith('../config/')).map((path) => [file, path])
    })
    expect(outside).toEqual([])
  })
})

function pathsLeaving({ folder, directory }: WorkspacePackage): readonly string[] {
  const files = globSync('{*.ts,{src,test,prepack,vitest,workspace}/**/*.ts}', { cwd: directory })
  return files.flatMap((file) => {
    const code = readFileSync(join(directory, file), 'utf8')
    return [...code.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']*)'/g)]
      .map(([, specifier = '']) => resolve(directory, dirname(file), specifier))
      .filter((target) => isOutside(target, directory))
      .filter((target) => folder === 'config' || isOutside(target, config))
      .map((target) => `${file} imports ${target}`)
  })
}

function isOutside(path: string, folder: string): boolean {
  return relative(folder, path).startsWith('..')
}
