import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { manifestProblems } from './manifest-problems.ts'
import { type PublishedPackage, publishedPackages } from './packages.ts'
import { mustRun } from './run.ts'
import { bindToTarball, sbomProblem, writeSbom } from './sbom.ts'

export interface Packed {
  readonly name: string
  readonly version: string
  /** The path of the tarball. */
  readonly tarball: string
  /** The path of its SBOM. */
  readonly sbom: string
}

/**
 * Packs every published package of a built checkout with its SBOM into an emptied folder, and writes
 * `SHA256SUMS` beside them.
 * @throws Error if a manifest or an SBOM is not fit to be published
 */
export async function packAll(root: string, destination: string): Promise<readonly Packed[]> {
  rmSync(destination, { recursive: true, force: true })
  mkdirSync(destination, { recursive: true })
  const packages = publishedPackages(root)
  const problems = packages.flatMap((each) => {
    return manifestProblems(each).map((problem) => `${each.manifest.name}: ${problem}`)
  })
  if (problems.length > 0) throw new Error(problems.join('\n'))
  const packed: Packed[] = []
  for (const each of packages) packed.push(await packOne(root, each, destination))
  writeFileSync(join(destination, 'SHA256SUMS'), packed.flatMap(checksums).join(''))
  return packed
}

async function packOne(root: string, each: PublishedPackage, destination: string): Promise<Packed> {
  const { name, version } = each.manifest
  const parameters = ['pack', '--json', '--pack-destination', destination]
  const { stdout } = await mustRun('pnpm', parameters, each.directory)
  const { filename } = JSON.parse(stdout) as { readonly filename: string }
  const tarball = resolve(destination, filename)
  const sbom = await writeSbom(root, each.manifest, destination)
  bindToTarball(sbom, tarball)
  const problem = await sbomProblem(readFileSync(sbom, 'utf8'))
  if (problem !== null) throw new Error(`${sbom} is not valid: ${problem}`)
  return { name, version, tarball, sbom }
}

/** In the format of `sha256sum`. */
function checksums({ tarball, sbom }: Packed): readonly string[] {
  return [tarball, sbom].map((path) => {
    const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
    return `${hash}  ${basename(path)}\n`
  })
}
