import { relative } from 'node:path'
import { packAll } from './pack.ts'
import { packedFolder, publishedPackages, repositoryRoot } from './packages.ts'
import { mustRun } from './run.ts'
import { commonVersion, updateVersions } from './version.ts'

const USAGE = `Usage: npx -y pnpm@12 release COMMAND

  version  turns the changesets into versions and changelogs; commit the result
  pack     builds and packs all packages with their SBOMs into ${relative(repositoryRoot, packedFolder)}

The workflow .github/workflows/release.yml publishes. Rehearse it with \`npx -y pnpm@12 release:rehearse\`.
docs/releasing.md describes a release.`

async function version(): Promise<void> {
  const released = await updateVersions(repositoryRoot)
  console.log(`All packages are ${released} now. Read the changelogs, and commit.`)
}

async function pack(): Promise<void> {
  const packages = publishedPackages()
  commonVersion(packages)
  const filters = packages.map(({ manifest }) => `--filter=${manifest.name}`)
  await mustRun('turbo', ['run', 'build', ...filters], repositoryRoot)
  for (const { tarball, sbom } of await packAll(repositoryRoot, packedFolder)) {
    console.log([tarball, sbom].map((path) => relative(repositoryRoot, path)).join('  '))
  }
}

const commands: Readonly<Record<string, () => Promise<void>>> = { version, pack }
const [name = '', ...rest] = process.argv.slice(2)
const command = Object.hasOwn(commands, name) && rest.length === 0 ? commands[name] : undefined
if (command) {
  await command()
} else {
  console.error(USAGE)
  process.exitCode = 2
}
