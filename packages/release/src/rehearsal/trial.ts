import type { Environment } from '../run.ts'
import type { Installed } from './installed.ts'
import type { Versions } from './pins.ts'
import type { Servers } from './servers.ts'

/** What happened to a user who followed the README of a package in an empty folder. */
export interface Trial {
  readonly package: string
  readonly manager: string
  /** From the empty folder to the end of the example, or to the first failure of a new project. */
  readonly seconds: number
  readonly installSeconds: number
  /** The product and version, where the example needs a server. */
  readonly server?: string
  /** Only with npm. */
  readonly installed?: Installed
  /** The development tools of others, in the versions that the rehearsal chose. */
  readonly pins: Versions
  /** Why it failed. */
  readonly failure?: string
}

export interface TrialSettings {
  readonly folder: string
  readonly environment: Environment
  readonly servers: Servers
  readonly catalog: Versions
}

export type Outcome = Omit<Trial, 'package' | 'manager'>

export function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 100) / 10
}
