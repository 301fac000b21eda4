import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { x } from 'tinyexec'
import { cacheFolder } from './paths.ts'
import { PROGRAMS, type RuntimeName, VERSIONS } from './versions.ts'

/**
 * Installs the runtimes from npm into a folder of their own, because they are half a gigabyte that no
 * other script needs. What is installed already in these versions stays.
 */
export async function installRuntimes(): Promise<void> {
  const folder = cacheFolder('runtimes')
  const manifest = JSON.stringify({ private: true, dependencies: VERSIONS }, null, 2)
  const path = join(folder, 'package.json')
  const isInstalled = [path, ...Object.values(PROGRAMS).map(programAt)].every((each) =>
    existsSync(each),
  )
  if (isInstalled && readFileSync(path, 'utf8') === manifest) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, manifest)
  console.log('Installing the runtimes …')
  // The install scripts of these packages fetch nothing but the program for this machine.
  await x('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
    nodeOptions: { cwd: folder, stdio: 'inherit' },
    throwOnError: true,
  })
}

export function programOf(name: RuntimeName): string {
  return programAt(PROGRAMS[name])
}

function programAt(program: string): string {
  return join(cacheFolder('runtimes'), 'node_modules', program)
}
