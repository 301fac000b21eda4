import { execFile } from 'node:child_process'
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
export async function publishFolder(
  folder: string,
  { provenance, environment = {} }: PublishOptions,
): Promise<readonly string[]> {
  const paths = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  if (paths.length === 0) throw new Error(`There is no tarball in ${folder}`)
  const tarballs = await Promise.all(paths.map((path) => readTarball(join(folder, path))))
  const published: string[] = []
  for (const { path, manifest } of publishOrder(tarballs)) {
    const id = `${manifest.name}@${manifest.version}`
    if (await isOnRegistry(id, path, environment)) {
      console.log(`${id} is on the registry`)
      continue
    }
    const parameters = ['publish', path, '--access', 'public', `--provenance=${provenance}`]
    const { failed, output } = await finish('npm', parameters, environment)
    if (failed) throw new Error(`npm ${parameters.join(' ')} failed:\n${output}`)
    console.log(`${id} published`)
    published.push(id)
  }
  return published
}

async function readTarball(path: string): Promise<Tarball> {
  const { stdout } = await finish('tar', ['-xOzf', path, 'package/package.json'], {})
  return { path, manifest: JSON.parse(stdout) as Tarball['manifest'] }
}

type Environment = NonNullable<PublishOptions['environment']>

async function isOnRegistry(id: string, path: string, environment: Environment): Promise<boolean> {
  const parameters = ['view', id, 'dist.integrity', '--json']
  const { failed, stdout, output } = await finish('npm', parameters, environment)
  if (failed && !output.includes('E404')) throw new Error(`npm view ${id} failed:\n${output}`)
  if (failed || stdout.trim() === '') return false
  const hash = createHash('sha512').update(readFileSync(path)).digest('base64')
  if (JSON.parse(stdout) === `sha512-${hash}`) return true
  throw new Error(`The registry has ${id} with other contents than ${path}`)
}

interface Finished {
  readonly failed: boolean
  readonly stdout: string
  readonly output: string
}

function finish(
  command: string,
  parameters: readonly string[],
  environment: Environment,
): Promise<Finished> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment }
    execFile(command, parameters, { env }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, stdout, output: `${stdout}${stderr}` })
    })
  })
}
