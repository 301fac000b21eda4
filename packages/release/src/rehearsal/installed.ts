import { globSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import satisfies from 'spdx-satisfies'
import { dependencyClosure, type LockedPackages } from './closure.ts'

/** Licenses that ask for no more than their own text. */
const ALLOWED = [
  ...['0BSD', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0', 'Unlicense'],
  'Apache-2.0',
]
/** Packages whose manifest names no license, with the one that their README grants. Both come with `memcached`. */
const READ: Readonly<Record<string, string>> = { 'jackpot@0.0.6': 'MIT', 'retry@0.6.0': 'MIT' }
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall']

export interface Installed {
  readonly packages: number
  /** In kB (1,000 bytes). */
  readonly size: number
  readonly problems: readonly string[]
}

interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly license?: string | { readonly type?: string }
  readonly licenses?: readonly { readonly type?: string }[]
  readonly scripts?: Readonly<Record<string, string>>
}

/** Looks at a package that npm has installed, and at all that it depends on. */
export function inspectInstalled(folder: string, name: string): Installed {
  const lock = join(folder, 'node_modules/.package-lock.json')
  const { packages } = JSON.parse(readFileSync(lock, 'utf8')) as { packages: LockedPackages }
  const paths = dependencyClosure(packages, name)
  const problems = paths.flatMap((path) => {
    const manifest = readFileSync(join(folder, path, 'package.json'), 'utf8')
    return problemsOf(JSON.parse(manifest) as Manifest, packages[path]?.hasInstallScript === true)
  })
  const bytes = paths.reduce((sum, path) => sum + bytesOf(join(folder, path)), 0)
  return { packages: paths.length, size: Math.ceil(bytes / 1_000), problems }
}

/** Like `inspectInstalled`, for a package that `npm create` keeps in the cache of npm. */
export function inspectCreator(cache: string, name: string): Installed {
  const [manifest] = globSync(`_npx/*/node_modules/${name}/package.json`, { cwd: cache })
  if (manifest === undefined) throw new Error(`npm has no ${name} in its cache`)
  return inspectInstalled(join(cache, manifest.slice(0, manifest.indexOf('/node_modules/'))), name)
}

/** @param hasScript whether npm found a script to run, such as the one that it adds for `binding.gyp` */
export function problemsOf(manifest: Manifest, hasScript: boolean): readonly string[] {
  const id = `${manifest.name}@${manifest.version}`
  const license = licenseOf(manifest) || (READ[id] ?? '')
  const problems = isAllowed(license) ? [] : [`${id} has the license ${license || 'none'}`]
  const declared = INSTALL_SCRIPTS.some((script) => manifest.scripts?.[script] !== undefined)
  return hasScript || declared
    ? [...problems, `${id} runs a script when it is installed`]
    : problems
}

/** Also in the two forms that npm deprecated, which old packages have. */
function licenseOf({ license, licenses = [] }: Manifest): string {
  if (typeof license === 'string') return license
  return license?.type ?? licenses.map(({ type }) => type).join(' OR ')
}

function isAllowed(license: string): boolean {
  try {
    return satisfies(license, ALLOWED)
  } catch {
    return false // no SPDX expression
  }
}

/** The files of one package, without those of the packages inside its folder. */
function bytesOf(directory: string): number {
  return globSync('**/*', {
    cwd: directory,
    withFileTypes: true,
    exclude: ({ name }) => name === 'node_modules',
  })
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + lstatSync(join(file.parentPath, file.name)).size, 0)
}
