import type { Environment } from '../harness/environment.ts'
import { knownBadAdapters } from './adapters/all.ts'
import type { KnownBadAdapter } from './adapters/known-bad-adapter.ts'
import { brokenEnvironment } from './broken-environment.ts'
import { knownBadEngines } from './engines/all.ts'
import type { KnownBadEngine } from './engines/known-bad-engine.ts'
import { loadEngine } from './engines/load.ts'

export type KnownBad = KnownBadAdapter | KnownBadEngine

/** All known-bad adapters and engines. */
export const knownBad: readonly KnownBad[] = [...knownBadAdapters, ...knownBadEngines]

export function knownBadNamed(name: string): KnownBad {
  const found = knownBad.find((bad) => bad.name === name)
  if (found === undefined) throw new RangeError(`there is no known-bad ${name}`)
  return found
}

/** The same environment, but with the defect. */
export async function breakEnvironment(
  environment: Environment,
  bad: KnownBad,
): Promise<Environment> {
  if (bad.level === 'adapter') return await brokenEnvironment(environment, bad)
  return { ...environment, engine: await loadEngine(bad), knownBad: bad.name }
}
