import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PublishedPackage, publishedPackages } from './packages.ts'
import { mustRun } from './run.ts'

const UNPUBLISHED = '0.0.0'

/**
 * Turns the changesets of a checkout into versions and changelogs.
 * @returns the version that all published packages have now
 */
export async function updateVersions(root: string): Promise<string> {
  const before = publishedPackages(root)
  const changesets = join(root, 'node_modules/@changesets/cli/bin.js')
  await mustRun(process.execPath, [changesets, 'version'], root)
  const after = publishedPackages(root)
  const first = before.filter(({ manifest }) => manifest.version === UNPUBLISHED)
  for (const each of after.filter(({ folder }) => first.some((old) => old.folder === folder))) {
    writeFileSync(join(each.directory, 'CHANGELOG.md'), firstChangelog(each))
  }
  return commonVersion(after)
}

/** Whether a checkout has changes that no version contains yet. */
export function hasChangesets(root: string): boolean {
  const files = readdirSync(join(root, '.changeset'))
  return files.some((file) => file.endsWith('.md') && file !== 'README.md')
}

/** The changes before the first release concern no user: its changelog describes the package. */
export function firstChangelog({ manifest }: Pick<PublishedPackage, 'manifest'>): string {
  const { name, version, description, homepage } = manifest
  const parts = [
    `# ${name}`,
    `## ${version}`,
    `The first release. ${description}. See the [README](${homepage}).`,
  ]
  return `${parts.join('\n\n')}\n`
}

/** @throws Error if the packages have several versions, or were never versioned */
export function commonVersion(packages: readonly Pick<PublishedPackage, 'manifest'>[]): string {
  const versions = new Set(packages.map(({ manifest }) => manifest.version))
  const [version = UNPUBLISHED] = versions
  if (versions.size > 1) throw new Error(`There are several versions: ${[...versions].join(', ')}`)
  if (version === UNPUBLISHED)
    throw new Error('There is no version yet: run `release version` first')
  return version
}
