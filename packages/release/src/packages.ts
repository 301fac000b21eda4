import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const repositoryRoot: string = resolve(import.meta.dirname, '../../..')
/** Where the tarballs, the SBOMs and the report of a rehearsal are written. Git ignores it. */
export const outputFolder: string = join(repositoryRoot, 'reports/release')
export const packedFolder: string = join(outputFolder, 'packed')

/** What the release looks at in a `package.json`. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly description?: string
  readonly keywords?: readonly string[]
  readonly homepage?: string
  readonly bugs?: string
  readonly repository?: Readonly<Record<string, string>>
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean | readonly string[]
  readonly bin?: string | Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly files?: readonly string[]
  readonly engines?: Readonly<Record<string, string>>
  readonly publishConfig?: Readonly<Record<string, unknown>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

export interface PublishedPackage {
  /** The name of the folder below `packages/`. */
  readonly folder: string
  readonly directory: string
  readonly manifest: Manifest
}

/** The packages of a checkout that are not private, by folder. */
export function publishedPackages(root: string = repositoryRoot): readonly PublishedPackage[] {
  const packages = join(root, 'packages')
  return readdirSync(packages)
    .sort()
    .map((folder) => ({ folder, directory: join(packages, folder) }))
    .filter(({ directory }) => existsSync(join(directory, 'package.json')))
    .map((each) => ({ ...each, manifest: readManifest(each.directory) }))
    .filter(({ manifest }) => manifest.private !== true)
}

function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest
}
