import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export function digestOf(...parts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${part.length}:${part}`)
  return hash.digest('hex').slice(0, 24)
}

/** Of the names and contents of files. */
export function digestOfFiles(root: string, files: readonly string[]): string {
  const sorted = files.toSorted()
  return digestOf(...sorted.flatMap((file) => [file, readFileSync(join(root, file), 'utf8')]))
}
