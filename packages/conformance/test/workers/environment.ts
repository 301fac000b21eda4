import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { CaseContext } from '../../src/harness/case-context.ts'
import { createEnvironment, type Environment } from '../../src/harness/environment.ts'

/**
 * An environment on a store that processes share.
 * @param repository a module in this folder
 */
export async function sharedStage(repository: string): Promise<Environment> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-processes-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const handle = {
    url: join(folder, 'records.db'),
    server: { name: 'shared', version: '1', standIn: false },
    stop: async () => {},
  }
  const environment = await createEnvironment(handle, new URL(repository, import.meta.url))
  onTestFinished(() => environment.unhandled.stop())
  return environment
}

export async function context(repository = './shared-repository.ts'): Promise<CaseContext> {
  const made = new CaseContext(await sharedStage(repository), 'test', 1, 1)
  onTestFinished(() => made.close())
  return made
}
