import { mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { listPackages } from '../../src/workspace-packages.ts'

const own = resolve(import.meta.dirname, '../../node_modules')

/** What this package has installed, and every package that is published: documents name them all. */
export function linkPackages(folder: string): void {
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@tokenward'), { recursive: true })
  for (const name of readdirSync(own)) {
    if (!name.startsWith('.') && name !== '@tokenward') {
      symlinkSync(join(own, name), join(modules, name))
    }
  }
  for (const each of listPackages().filter(({ published }) => published)) {
    symlinkSync(each.directory, join(modules, '@tokenward', each.folder))
  }
}
