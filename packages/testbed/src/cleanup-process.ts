import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'

let isStarted = false

/**
 * Starts a process that removes the containers of this one after its end, also after SIGKILL. It waits
 * for the end of its standard input, which stays open as long as this process runs.
 */
export function startCleanupProcess(): void {
  if (isStarted) return
  isStarted = true
  // The extension is `.js` in the built package.
  const program = import.meta.url.replace(/cleanup-process(\.[jt]s)$/, 'cleanup-process-main$1')
  const cleanup = spawn(process.execPath, [new URL(program).pathname], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  cleanup.on('error', () => undefined)
  cleanup.unref()
  ;(cleanup.stdin as Socket).unref()
}
