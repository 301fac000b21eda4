import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { namesOf, rename } from './names.ts'

const template = resolve(import.meta.dirname, '../template')
// What tools write into the template's folder is not part of it.
const leftovers = ['node_modules/**', 'dist/**', '.turbo/**']

/**
 * Creates `<packages>/<name>` from the template.
 * @returns the files that were written, relative to it
 * @throws RangeError where the name is invalid or the folder exists; then nothing is written
 */
export function createAdapter(name: string, packages: string): readonly string[] {
  const names = namesOf(name)
  const folder = join(packages, name)
  if (existsSync(folder)) throw new RangeError(`${folder} already exists: nothing was changed`)
  const files = globSync('**/*', { cwd: template, exclude: leftovers })
    .filter((file) => statSync(join(template, file)).isFile())
    .sort()
  for (const file of files) {
    const target = join(folder, file)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, rename(readFileSync(join(template, file), 'utf8'), names))
  }
  return files
}
