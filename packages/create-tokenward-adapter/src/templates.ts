import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { type Names, rename } from './names.ts'

/** The contents of a new project, by path. */
export type Files = ReadonlyMap<string, string>

const FOLDER = resolve(import.meta.dirname, '../templates')

/** The files of a folder of templates, with the name of the adapter in place of the placeholder. */
export function filesOf(template: string, names: Names, folder: string = FOLDER): Files {
  const cwd = join(folder, template)
  return new Map(
    pathsBelow(cwd).map((path) => [
      visible(path),
      rename(readFileSync(join(cwd, path), 'utf8'), names),
    ]),
  )
}

/**
 * Without the lines that begin with `[name] `, in YAML `# [name] `, for another option, and without the files
 * that have no other lines.
 * @param option one of `options`, whose own lines lose this beginning
 */
export function linesFor(option: string, options: readonly string[], files: Files): Files {
  const marked = new RegExp(`^( *)(?:# )?\\[(${options.join('|')})\\] (.*\\n)`, 'gm')
  const chosen = [...files].map(([file, text]) => {
    const lines = text.replace(marked, (_, indent: string, name: string, line: string) => {
      return name === option ? indent + line : ''
    })
    return [file, lines] as const
  })
  return new Map(chosen.filter(([, text]) => text !== ''))
}

/** Without the option `recursive` of Node: `yarn create` reads an archive, where it loses the folder of a file. */
function pathsBelow(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? pathsBelow(root, path) : [path]
    })
    .sort()
}

/** npm does not publish a file that is called .gitignore. */
function visible(path: string): string {
  return join(dirname(path), basename(path).replace(/^_/, '.'))
}
