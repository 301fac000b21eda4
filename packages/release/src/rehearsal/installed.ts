import { globSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import satisfies from 'spdx-satisfies'

/** Licenses that ask for no more than their own text. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]
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

/** Looks at all that npm has installed into a folder. */
export function inspectInstalled(folder: string): Installed {
  const modules = join(folder, 'node_modules')
  const lock = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')) as Lock
  const paths = Object.keys(lock.packages)
  const problems = paths.flatMap((path) => {
    const manifest = JSON.parse(
      readFileSync(join(folder, path, 'package.json'), 'utf8'),
    ) as Manifest
    const hasScript = lock.packages[path]?.hasInstallScript === true
    return problemsOf(manifest, hasScript)
  })
  return { packages: paths.length, size: sizeOf(modules), problems }
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>
}

/** @param hasScript whether npm found a script to run, such as the one that it adds for `binding.gyp` */
export function problemsOf(manifest: Manifest, hasScript: boolean): readonly string[] {
  const id = `${manifest.name}@${manifest.version}`
  const license = licenseOf(manifest)
  const problems = isAllowed(license) ? [] : [`${id} has the license ${license || 'none'}`]
  const declared = INSTALL_SCRIPTS.some((name) => manifest.scripts?.[name] !== undefined)
  return hasScript || declared
    ? [...problems, `${id} runs a script when it is installed`]
    : problems
}

/** Also the two forms that npm deprecated, which old packages have. */
function licenseOf({ license, licenses = [] }: Manifest): string {
  if (typeof license === 'string') return license
  if (license?.type) return license.type
  return licenses.map(({ type }) => type).join(' OR ')
}

function isAllowed(license: string): boolean {
  try {
    return satisfies(license, ALLOWED)
  } catch {
    return false // not an SPDX expression
  }
}

function sizeOf(folder: string): number {
  const files = globSync('**/*', { cwd: folder, withFileTypes: true })
  const bytes = files
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + lstatSync(join(file.parentPath, file.name)).size, 0)
  return Math.ceil(bytes / 1_000)
}
