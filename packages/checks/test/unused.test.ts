import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'
import {
  allDependencies,
  listPackages,
  type Manifest,
  type WorkspacePackage,
} from '../src/workspace-packages.ts'
import { documents } from './support/code-blocks.ts'

const packages = listPackages()
const byFolder = packages.map((each) => [each.folder, each] as const)
const examples = documents().map((file) => readFileSync(join(repositoryRoot, file), 'utf8'))

type Sources = ReadonlyMap<string, string>

function sourcesOf({ directory }: WorkspacePackage): Sources {
  const pattern = '{*.ts,{src,test,prepack,vitest,templates,workspace}/**/*.{ts,js,mjs}}'
  const files = globSync(pattern, { cwd: directory })
  return new Map(files.map((file) => [file, readFileSync(join(directory, file), 'utf8')]))
}

describe('every dependency is used by', () => {
  test.for(byFolder)('%s', ([folder, each]) => {
    const code = [...sourcesOf(each).values()]
    // The examples in the documents are type-checked and run with the dependencies of this package.
    const texts = folder === 'checks' ? [...code, ...examples] : code
    const scripts = Object.values(each.manifest.scripts ?? {}).join('\n')
    const unused = allDependencies(each.manifest).filter((name) => {
      return (
        !isImplicit(name, each.manifest) && !scripts.includes(name) && !texts.some(mentions(name))
      )
    })
    expect(unused).toEqual([])
  })
})

/** Every package runs `tsc` with the types of Node.js. The CLI imports optional peers by a computed name. */
function isImplicit(name: string, { peerDependenciesMeta }: Manifest): boolean {
  return ['typescript', '@types/node', ...Object.keys(peerDependenciesMeta ?? {})].includes(name)
}

function mentions(dependency: string): (text: string) => boolean {
  const name = dependency.replace(/^@types\//, '').replaceAll('.', '\\.')
  const specifier = new RegExp(`['"/]${name}['"/]`)
  return (text) => specifier.test(text)
}

describe('every export is used by another file of', () => {
  test.for(byFolder)('%s', ([, each]) => {
    const sources = sourcesOf(each)
    const entryPoints = entryPointsOf(each.manifest)
    const internal = [...sources.keys()].filter((file) => {
      return file.startsWith('src/') && !entryPoints.includes(file)
    })
    const unused = internal.flatMap((file) => {
      const names = exportsOf(sources.get(file) ?? '')
      return names.filter((name) => !isUsed(name, file, sources)).map((name) => `${file}: ${name}`)
    })
    expect(unused).toEqual([])
  })
})

/** The sources of a package's `exports`, which other packages import. */
function entryPointsOf({ exports = {} }: Manifest): readonly string[] {
  const paths = JSON.stringify(exports).matchAll(/"\.\/(?:dist|src)\/([^"]+?)(?:\.d)?\.[jt]s"/g)
  return [...paths].map(([, path]) => `src/${path}.ts`)
}

function exportsOf(code: string): readonly string[] {
  const declaration = /^export (?:async |abstract )*(?:function\*?|const|class) (\w+)/gm
  return [...code.matchAll(declaration)].map(([, name = '']) => name)
}

function isUsed(name: string, file: string, sources: Sources): boolean {
  const word = new RegExp(`\\b${name}\\b`)
  return [...sources].some(([other, code]) => other !== file && word.test(code))
}
