import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'

/**
 * Runs the `child` module that stands beside the caller's, with Node alone.
 * @param caller its `import.meta.url`; the child has the same extension: `.ts` as source, else `.js`
 */
export function forkChild(caller: string, stdout: 'pipe' | 'ignore'): ChildProcess {
  const module = new URL(`./child${extname(caller)}`, caller)
  // Nothing of what a test runner set for its own processes.
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, NODE_TEST_CONTEXT: ___, ...env } = process.env
  return fork(module, [], { execArgv: [], env, stdio: ['ignore', stdout, 'pipe', 'ipc'] })
}
