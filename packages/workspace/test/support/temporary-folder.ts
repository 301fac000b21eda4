import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder outside the repository, gone when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-')))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
