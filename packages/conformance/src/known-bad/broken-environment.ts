import { type Environment, probeAdapter } from '../harness/environment.ts'
import { watchUnhandledErrors } from '../harness/unhandled-errors.ts'
import type { KnownBadAdapter } from './adapters/known-bad-adapter.ts'

/**
 * The same backend behind a known-bad adapter, with the claims of that one. It watches unhandled errors
 * separately: call `unhandled.stop()` at the end.
 */
export async function brokenEnvironment(
  environment: Environment,
  bad: KnownBadAdapter,
): Promise<Environment> {
  const { server } = environment
  const connect: Environment['connect'] = (url, namespace) =>
    bad.wrap(environment.connect(url, namespace))
  const { callerOwned } = server
  const owned = async (namespace: string) => {
    const given = await (callerOwned as NonNullable<typeof callerOwned>)(namespace)
    return bad.wrapOwned?.(given) ?? { ...given, repository: bad.wrap(given.repository) }
  }
  return {
    ...environment,
    ...(await probeAdapter(connect, server.url)),
    server: callerOwned ? { ...server, callerOwned: owned } : server,
    connect,
    knownBad: bad.name,
    unhandled: watchUnhandledErrors(),
  }
}
