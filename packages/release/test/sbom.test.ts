import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedPackages, repositoryRoot } from '../src/packages.ts'
import { bindToTarball, sbomProblem, writeSbom } from '../src/sbom.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-sbom-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Sbom {
  readonly metadata: { readonly component: { readonly purl: string; readonly hashes: unknown } }
  readonly components: readonly { readonly purl: string }[]
  readonly dependencies: readonly unknown[]
}

let text: string
let sbom: Sbom

beforeAll(async () => {
  const http = publishedPackages().find((each) => each.folder === 'http')
  if (!http) throw new Error('There is no package http')
  const tarball = join(folder, 'some.tgz')
  writeFileSync(tarball, 'the tarball')
  const path = await writeSbom(repositoryRoot, http.manifest, folder)
  bindToTarball(path, tarball)
  text = readFileSync(path, 'utf8')
  sbom = JSON.parse(text) as Sbom
})

test('an SBOM is valid against the schema of CycloneDX', async () => {
  expect(await sbomProblem(text)).toBeNull()
})

test('an SBOM with a component that has no name is refused', async () => {
  const broken = { ...sbom, components: [{ type: 'library' }] }
  expect(await sbomProblem(JSON.stringify(broken))).toContain('name')
})

test('an SBOM lists what the package depends on at run time, with versions, and nothing else', () => {
  const names = sbom.components.map(({ purl }) => purl.replace(/@[^@/]*$/, ''))
  expect(names.sort()).toEqual([
    'pkg:npm/%40tokenward/core',
    'pkg:npm/content-type',
    'pkg:npm/cookie',
    'pkg:npm/fastify-plugin',
    'pkg:npm/jose',
    'pkg:npm/negotiator',
    'pkg:npm/valibot',
  ])
})

test('an SBOM has the hash of its tarball', () => {
  const content = createHash('sha512').update('the tarball').digest('hex')
  expect(sbom.metadata.component.purl).toMatch(/^pkg:npm\/%40tokenward\/http@/)
  expect(sbom.metadata.component.hashes).toEqual([{ alg: 'SHA-512', content }])
})
