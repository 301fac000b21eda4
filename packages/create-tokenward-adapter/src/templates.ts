import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type Names, rename } from './names.ts'

/** The contents of a new project, by path. */
export type Files = ReadonlyMap<string, string>

const FOLDER = resolve(import.meta.dirname, '../templates')

/** The files of a folder of templates, with the name of the adapter in place of the placeholder. */
export function filesOf(template: string, names: Names, folder: string = FOLDER): Files {
  const cwd = join(folder, template)
  const paths = readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(cwd, join(parentPath, name)))
    .sort()
  return new Map(
    paths.map((path) => [visible(path), rename(readFileSync(join(cwd, path), 'utf8'), names)]),
  )
}

/** npm does not publish a file that is called .gitignore. */
function visible(path: string): string {
  return join(dirname(path), basename(path).replace(/^_/, '.'))
}
