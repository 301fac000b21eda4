import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { x } from 'tinyexec'
import { cacheFolder } from './paths.ts'
import { PROGRAMS, type RuntimeName, VERSIONS } from './versions.ts'

/**
 * Installs a runtime from npm into a folder of its own: together they are half a gigabyte that no other script
 * needs. One that is installed already in this version stays.
 */
export async function installRuntime(name: RuntimeName): Promise<void> {
  const folder = folderOf(name)
  const manifest = JSON.stringify({ private: true, dependencies: { [name]: VERSIONS[name] } })
  const path = join(folder, 'package.json')
  const isInstalled = existsSync(path) && existsSync(programOf(name))
  if (isInstalled && readFileSync(path, 'utf8') === manifest) return
  mkdirSync(folder, { recursive: true })
  console.log(`Installing ${name} ${VERSIONS[name]} …`)
  writeFileSync(path, manifest)
  // The install scripts of these packages fetch nothing but the program for this machine.
  await x('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    nodeOptions: { cwd: folder },
    throwOnError: true,
  })
}

export function programOf(name: RuntimeName): string {
  return join(folderOf(name), 'node_modules', PROGRAMS[name])
}

function folderOf(name: RuntimeName): string {
  return cacheFolder(`runtimes/${name}`)
}
