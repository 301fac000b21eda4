import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packagesFolder } from './paths.ts'

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

export interface WorkspacePackage {
  /** The name of the folder below `packages/`, and of the file with the test results. */
  readonly folder: string
  readonly directory: string
  readonly manifest: Manifest
  readonly published: boolean
  readonly hasTests: boolean
  /** A store adapter: it is published, and the conformance suite runs on it. */
  readonly isAdapter: boolean
}

export function listPackages(root: string = packagesFolder): readonly WorkspacePackage[] {
  return readdirSync(root)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
    .map((folder) => describePackage(join(root, folder), folder))
}

/** The names of all dependencies of a package: runtime, development and peer. */
export function allDependencies(manifest: Manifest): readonly string[] {
  const { dependencies, devDependencies, peerDependencies } = manifest
  return Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies })
}

/** The names of the packages of this repository that a package needs to run: not those of its tests. */
export function runtimePackages(
  packages: readonly WorkspacePackage[],
  name: string,
): ReadonlySet<string> {
  const needed = new Set<string>()
  const add = (each: string): void => {
    const manifest = packages.find((other) => other.manifest.name === each)?.manifest
    for (const dependency of Object.keys(manifest?.dependencies ?? {})) {
      const isOurs = packages.some((other) => other.manifest.name === dependency)
      if (!isOurs || needed.has(dependency)) continue
      needed.add(dependency)
      add(dependency)
    }
  }
  add(name)
  return needed
}

function describePackage(directory: string, folder: string): WorkspacePackage {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
  const published = manifest.private !== true
  const runsSuite = existsSync(join(directory, 'test/conformance.test.ts'))
  return {
    folder,
    directory,
    manifest,
    published,
    isAdapter: published && runsSuite && folder !== 'conformance',
    hasTests: globSync('test/**/*.test.ts', { cwd: directory }).length > 0,
  }
}
