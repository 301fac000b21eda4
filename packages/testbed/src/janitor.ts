import { spawn } from 'node:child_process'

let hired = false

/**
 * A process that outlives this one by a moment, however this one ends: it waits for the end of its
 * input, which is held open here, and sweeps.
 */
export function hireJanitor(): void {
  if (hired) return
  hired = true
  // `.js` where this is built.
  const program = import.meta.url.replace(/janitor(\.[jt]s)$/, 'janitor-process$1')
  const janitor = spawn(process.execPath, [new URL(program).pathname], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  janitor.on('error', () => undefined)
  janitor.unref()
  ;(janitor.stdin as import('node:net').Socket).unref()
}
