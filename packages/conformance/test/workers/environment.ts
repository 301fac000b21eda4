import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Bench } from '../../src/harness/case-context.ts'
import { type Stage, setStage } from '../../src/harness/environment.ts'

/** A stage on a store that processes share. @param repository a module beside this one */
export async function sharedStage(repository: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-processes-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const handle = {
    url: join(folder, 'records.db'),
    server: { name: 'shared', version: '1', standIn: false },
    stop: async () => {},
  }
  const stage = await setStage(handle, new URL(repository, import.meta.url))
  onTestFinished(() => stage.stray.stop())
  return stage
}

export async function bench(repository = './shared-repository.ts'): Promise<Bench> {
  const made = new Bench(await sharedStage(repository), 'test', 1, 1)
  onTestFinished(() => made.close())
  return made
}
