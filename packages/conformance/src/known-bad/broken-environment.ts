import { askOf, type Stage } from '../harness/environment.ts'
import { watchStrayErrors } from '../harness/unhandled-errors.ts'
import type { KnownBadAdapter } from './adapters/known-bad-adapter.ts'

/**
 * The same backend behind a known-bad adapter, with what that one claims. It listens for stray
 * errors of its own: call `stray.stop()` in the end.
 */
export async function badStage(stage: Stage, bad: KnownBadAdapter): Promise<Stage> {
  const { server } = stage
  const connect: Stage['connect'] = (url, namespace) => bad.wrap(stage.connect(url, namespace))
  const { callerOwned } = server
  const owned = async (namespace: string) => {
    const given = await (callerOwned as NonNullable<typeof callerOwned>)(namespace)
    return bad.wrapOwned?.(given) ?? { ...given, repository: bad.wrap(given.repository) }
  }
  return {
    ...stage,
    ...(await askOf(connect, server.url)),
    server: callerOwned ? { ...server, callerOwned: owned } : server,
    connect,
    knownBad: bad.name,
    stray: watchStrayErrors(),
  }
}
