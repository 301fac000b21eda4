import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { UsageError } from '../exit-code.ts'

/** What a command does where the store does not exist yet. */
export type IfMissing = 'refuse' | 'create' | 'dry-run'

/** SQLite creates any file that it opens, and a misspelled name must not become a store. */
export function storeFile(name: string, cwd: string, ifMissing: IfMissing): string {
  const file = resolve(cwd, name)
  if (existsSync(file) || ifMissing === 'create') return file
  if (ifMissing === 'dry-run') return join(temporaryFolder(), 'dry-run.db')
  throw new UsageError('File not found. To create a new store run: tokenward migrate')
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
