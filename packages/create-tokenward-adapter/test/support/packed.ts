import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { run } from './project.ts'

const packages = resolve(import.meta.dirname, '../../..')

/** Packs a package as it would be published, and extracts it. */
export async function extract(folder: string, into: string): Promise<void> {
  mkdirSync(into, { recursive: true })
  const packed = await run(
    'pnpm',
    ['pack', '--json', '--pack-destination', into],
    join(packages, folder),
  )
  if (packed.exitCode !== 0) throw new Error(`pnpm pack failed: ${packed.output}`)
  const [tarball = ''] = readdirSync(into).filter((file) => file.endsWith('.tgz'))
  const extracted = await run('tar', ['-xf', tarball, '--strip-components=1'], into)
  if (extracted.exitCode !== 0) throw new Error(`tar failed: ${extracted.output}`)
}

/** The node_modules of a new project: our packages from their tarballs, those of others by links. */
export async function install(project: string): Promise<void> {
  const modules = join(project, 'node_modules')
  for (const folder of ['core', 'conformance']) {
    await extract(folder, join(modules, '@tokenward', folder))
    linkAll(join(packages, folder, 'node_modules'), modules)
  }
  linkAll(join(packages, 'create-tokenward-adapter/node_modules'), modules)
}

/** Links what is not there; packages of this repository come from their tarballs alone. */
function linkAll(from: string, to: string): void {
  const entries = readdirSync(from).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(from, name)).map((each) => join(name, each)) : [name],
  )
  for (const entry of entries) {
    if (entry.startsWith('.') || dirname(entry) === '@tokenward') continue
    mkdirSync(dirname(join(to, entry)), { recursive: true })
    if (readdirSync(dirname(join(to, entry))).includes(basename(entry))) continue
    symlinkSync(join(from, entry), join(to, entry))
  }
}
