import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import type { Manifest } from './packages.ts'
import { mustRun } from './run.ts'

/** The newest version of CycloneDX that the common readers know. */
const SPEC_VERSION = Spec.Version.v1dot6

// It loads its optional peers 'ajv', 'ajv-formats' and 'ajv-formats-draft2019'.
let validator: Validation.JsonStrictValidator | undefined

/** What `pnpm sbom` writes, as far as the release changes it. */
interface Sbom {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> }
  readonly components?: readonly { readonly name: string; readonly version: string }[]
}

/**
 * Lists a package and what it depends on at run time, in the versions of the lockfile, as CycloneDX.
 * @returns the path of the file
 */
export async function writeSbom(root: string, manifest: Manifest, folder: string): Promise<string> {
  const path = join(folder, `${fileName(manifest)}.cdx.json`)
  await mustRun(
    'pnpm',
    ['sbom', '--sbom-format', 'cyclonedx', '--sbom-spec-version', SPEC_VERSION, '--prod'].concat([
      '--exclude-peers',
      '--filter',
      manifest.name,
      '--out',
      path,
    ]),
    root,
  )
  return path
}

/** Names the one tarball that an SBOM describes, by its hash. */
export function bindToTarball(path: string, tarball: string): void {
  const sbom = JSON.parse(readFileSync(path, 'utf8')) as Sbom
  const content = createHash('sha512').update(readFileSync(tarball)).digest('hex')
  const component = { ...sbom.metadata.component, hashes: [{ alg: 'SHA-512', content }] }
  const bound = { ...sbom, metadata: { ...sbom.metadata, component } }
  writeFileSync(path, `${JSON.stringify(bound, undefined, 2)}\n`)
}

/** What is wrong with an SBOM by the schema of CycloneDX, or `null`. */
export async function sbomProblem(text: string): Promise<string | null> {
  validator ??= new Validation.JsonStrictValidator(SPEC_VERSION)
  const problem = await validator.validate(text)
  return problem === null ? null : JSON.stringify(problem)
}

/** `@tokenward/core` 1.2.3 is `tokenward-core-1.2.3`, as the tarballs are named. */
function fileName({ name, version }: Pick<Manifest, 'name' | 'version'>): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}`
}
