import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishOrder, type Tarball } from './publish-order.ts'

// Imports nothing from npm: the job that may publish runs no code of others but npm itself.

export interface PublishOptions {
  /** Whether npm attests where the tarballs were built. That needs GitHub Actions. */
  readonly provenance: boolean
  /** Variables of npm, such as `npm_config_registry`. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * Publishes every tarball of a folder, dependencies first. A version that the registry has is skipped, so that
 * the call can be repeated.
 * @returns the published names and versions
 * @throws Error if the registry has the version with other contents, or npm fails
 */
export function publishFolder(folder: string, options: PublishOptions): readonly string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  if (files.length === 0) throw new Error(`There is no tarball in ${folder}`)
  const published: string[] = []
  for (const each of publishOrder(files.map((file) => readTarball(join(folder, file))))) {
    const id = `${each.manifest.name}@${each.manifest.version}`
    if (isOnRegistry(id, each.path, options)) {
      console.log(`${id} is on the registry`)
      continue
    }
    npm(['publish', each.path, '--access', 'public', `--provenance=${options.provenance}`], options)
    console.log(`${id} published`)
    published.push(id)
  }
  return published
}

function readTarball(path: string): Tarball {
  const manifest = execFileSync('tar', ['-xOzf', path, 'package/package.json'], {
    encoding: 'utf8',
  })
  return { path, manifest: JSON.parse(manifest) as Tarball['manifest'] }
}

function isOnRegistry(id: string, path: string, options: PublishOptions): boolean {
  const found = spawnSync('npm', ['view', id, 'dist.integrity', '--json'], {
    encoding: 'utf8',
    env: { ...process.env, ...options.environment },
  })
  if (found.status !== 0 && !found.stdout.includes('E404')) {
    throw new Error(`npm view ${id} failed:\n${found.stdout}${found.stderr}`)
  }
  if (found.status !== 0 || found.stdout.trim() === '') return false
  const integrity = `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`
  if (JSON.parse(found.stdout) === integrity) return true
  throw new Error(`The registry has ${id} with other contents than ${path}`)
}

function npm(parameters: readonly string[], { environment }: PublishOptions): void {
  const { status, stdout, stderr } = spawnSync('npm', parameters, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  if (status !== 0) throw new Error(`npm ${parameters.join(' ')} failed:\n${stdout}${stderr}`)
}
