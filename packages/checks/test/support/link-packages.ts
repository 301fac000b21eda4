import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { listPackages } from '../../src/workspace-packages.ts'

const ownModules = resolve(import.meta.dirname, '../../node_modules')

/** Links the dependencies of this package and every published package, which the documents import. */
export function linkPackages(folder: string): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@tokenward'), { recursive: true })
  for (const name of readdirSync(ownModules)) {
    if (!name.startsWith('.') && name !== '@tokenward') {
      symlinkSync(join(ownModules, name), join(modules, name))
    }
  }
  for (const each of listPackages().filter(({ published }) => published)) {
    symlinkSync(each.directory, join(modules, each.manifest.name))
  }
}
