import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export function digestOf(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:${part}`)
  return hash.digest('hex').slice(0, 24)
}

/** Of the names and contents of all TypeScript files in these folders. */
export function digestOfFolders(root: string, folders: readonly string[]): string {
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root })).sort()
  return digestOf(...files.flatMap((file) => [file, readFileSync(join(root, file), 'utf8')]))
}
