// The module of a child process: runs cases on one known-bad after the other, and reports how
// each case ended.

import { cases } from '../../cases/all.ts'
import { createEnvironment } from '../../harness/environment.ts'
import type { ServerHandle } from '../../harness/server-handle.ts'
import { breakEnvironment, knownBadNamed } from '../all.ts'
import type { RunEvent, RunRequest } from './messages.ts'
import { CASE_TIMEOUT_MS, HEALTHY_TIMEOUT_MS, runWithTimeout, UNFINISHED } from './run-case.ts'

const MAX_UNFINISHED = 8

/** The backend, which the known-bads that one process tries share. */
let backend: Promise<ServerHandle> | null = null

process.once('disconnect', async () => {
  await stopBackend()
  process.exit()
})
process.on('message', (request: RunRequest) => {
  // A listener for unhandled rejections keeps them from ending the process.
  work(request).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})

async function work(request: RunRequest): Promise<void> {
  backend ??= startBackend(request.server)
  const environment = await createEnvironment(await backend, new URL(request.repository))
  const broken =
    request.bad === null
      ? environment
      : await breakEnvironment(environment, knownBadNamed(request.bad))
  const timeoutMs = request.bad === null ? HEALTHY_TIMEOUT_MS : CASE_TIMEOUT_MS
  let unfinished = 0
  for (const entry of cases.filter(({ name }) => request.cases.includes(name))) {
    // If this many cases hang, the rest is skipped.
    if (unfinished === MAX_UNFINISHED) break
    await send({ type: 'begins', name: entry.name })
    const result = await runWithTimeout(entry, broken, { ...request, full: false }, timeoutMs)
    await send({ type: 'ended', result })
    if (result.reason === UNFINISHED) unfinished++
  }
  for (const { unhandled } of [environment, broken]) unhandled.stop()
  // A case that still runs may have stopped it.
  if (unfinished > 0) await stopBackend()
  await send({ type: 'done' })
}

interface Started {
  readonly default: () => Promise<ServerHandle>
}

async function startBackend(module: string): Promise<ServerHandle> {
  const { default: start } = (await import(module)) as Started
  return await start()
}

async function stopBackend(): Promise<void> {
  const handle = await backend
  backend = null
  await handle?.stop()
}

/** Resolves when the message was sent: the process may end at any time. */
function send(event: RunEvent): Promise<void> {
  return new Promise((resolve) => process.send?.(event, () => resolve()))
}
