import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'

/**
 * What a test runner set for its own processes. Colours are among it: with them, Node tells an
 * assertion's difference letter by letter, and what a child says is text to be looked through.
 */
const RUNNERS = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_TEST_CONTEXT', 'FORCE_COLOR']

/**
 * Runs the `child` module that stands beside the caller's, with Node alone.
 * @param caller its `import.meta.url`; the child has the same extension: `.ts` as source, else `.js`
 */
export function forkChild(caller: string, stdout: 'pipe' | 'ignore'): ChildProcess {
  const module = new URL(`./child${extname(caller)}`, caller)
  const env = { ...process.env }
  for (const name of RUNNERS) delete env[name]
  return fork(module, [], { execArgv: [], env, stdio: ['ignore', stdout, 'pipe', 'ipc'] })
}
