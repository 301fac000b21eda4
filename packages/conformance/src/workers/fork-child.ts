import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'

/**
 * Variables that a test runner sets for its own processes. Colors are among them: with colors, Node
 * shows the difference of an assertion letter by letter, and the output of a child is searched for text.
 */
const RUNNERS = ['NODE_OPTIONS', 'NODE_V8_COVERAGE', 'NODE_TEST_CONTEXT', 'FORCE_COLOR']

/**
 * Runs the `child` module next to the caller's, with Node alone.
 * @param caller its `import.meta.url`; the child has the same extension: `.ts` as source, else `.js`
 */
export function forkChild(caller: string, stdout: 'pipe' | 'ignore'): ChildProcess {
  const module = new URL(`./child${extname(caller)}`, caller)
  const env = { ...process.env }
  for (const name of RUNNERS) delete env[name]
  return fork(module, [], { execArgv: [], env, stdio: ['ignore', stdout, 'pipe', 'ipc'] })
}
