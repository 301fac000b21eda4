import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { UsageError } from '../usage-error.ts'

/** What a command does to a store that is not there yet. */
export type Absent = 'refuse' | 'make' | 'rehearse'

/** SQLite makes any file that it is asked to open: a misspelt name must not become a store. */
export function fileFor(name: string, folder: string, absent: Absent): string {
  const file = resolve(folder, name)
  if (existsSync(file) || absent === 'make') return file
  if (absent === 'rehearse') return join(passingFolder(), 'rehearsal.db')
  throw new UsageError(
    'There is no such file. Check the name; if the store is to be new: tokenward migrate',
  )
}

function passingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
