import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { run } from '../run.ts'

const attw = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')

/** What publint and attw find wrong in a tarball. */
export async function tarballProblems(path: string): Promise<readonly string[]> {
  const contents = new Uint8Array(readFileSync(path)).buffer
  const { messages, pkg } = await publint({ strict: true, pack: { tarball: contents } })
  const found = messages.map(
    (message) => `publint: ${formatMessage(message, pkg, { color: false })}`,
  )
  const parameters = ['dist/index.js', path, '--profile', 'esm-only', '--no-color', '--no-emoji']
  const types = await run(process.execPath, parameters, dirname(attw))
  return types.exitCode === 0 ? found : [...found, `attw: ${types.output}`]
}

/** In kB (1,000 bytes). */
export function tarballSize(path: string): number {
  return Math.ceil(statSync(path).size / 1_000)
}
