import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TokenRepository } from '@tokenward/core/adapter'
import { onTestFinished } from 'vitest'
import { type DatabaseLike, type SqliteOptions, sqlite } from '../src/index.ts'

export { etag, key, record } from '@tokenward/conformance/harness'

/** The name of a file that does not exist, in a folder that is deleted after the test. */
export function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenward-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'tokens.db')
}

/** A handle of the test itself, beside the adapter. */
export function database(file: string): DatabaseSync {
  const opened = new DatabaseSync(file)
  if (existsSync(file)) chmodSync(file, 0o600)
  onTestFinished(() => opened.close())
  return opened
}

/** Open and migrated. */
export async function prepared(
  source: string | DatabaseLike,
  options?: SqliteOptions,
): Promise<Complete> {
  const repository = sqlite(source, options) as Complete
  onTestFinished(() => repository.close())
  await repository.open()
  await repository.migrate(false)
  return repository
}

/** With all that the adapter claims. */
export type Complete = TokenRepository &
  Required<Pick<TokenRepository, 'list' | 'prune' | 'migrate'>>

/** A deadline that no test of this package should reach. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(200_000)
}
