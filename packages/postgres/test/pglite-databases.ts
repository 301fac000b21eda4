import { PGlite } from '@electric-sql/pglite'

/** The suite and the test files may load this module twice, and two instances would corrupt one folder. */
const shared = globalThis as typeof globalThis & { pgliteDatabases?: Map<string, PGlite> }

/** The one instance of this process for a folder. */
export function pglite(folder: string): PGlite {
  shared.pgliteDatabases ??= new Map()
  const databases = shared.pgliteDatabases
  const known = databases.get(folder)
  if (known) return known
  const made = new PGlite(folder)
  databases.set(folder, made)
  return made
}
