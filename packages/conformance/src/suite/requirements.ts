import type { Capabilities } from '@tokenward/core'
import type { ServerHandle } from '../harness/server-handle.ts'

export interface SuiteContext {
  readonly capabilities: Capabilities
  readonly server: ServerHandle
}

/** Why a case does not run here; `null`: it runs. */
export type Requirement = (suite: SuiteContext) => string | null

export const always: Requirement = () => null

export const durable: Requirement = ({ capabilities: { durability } }) =>
  durability === 'durable' ? null : `for durable stores; this one is ${durability}`

export const evicting: Requirement = ({ capabilities: { durability } }) =>
  durability === 'evicting' ? null : `for evicting stores; this one is ${durability}`

/** A flag that the adapter claims and its findings left standing. */
export function claims(
  flag: Exclude<keyof Capabilities, 'durability' | 'maxBodyBytes'>,
): Requirement {
  return ({ capabilities }) => (capabilities[flag] ? null : `the adapter does not claim ${flag}`)
}

/** Something that the server handle can do, or states. */
export function handle(member: keyof ServerHandle): Requirement {
  return ({ server }) => (server[member] ? null : `the server handle has no ${member}`)
}

/** The first reason of all. */
export function all(...requirements: readonly Requirement[]): Requirement {
  return (suite) => {
    for (const requires of requirements) {
      const reason = requires(suite)
      if (reason !== null) return reason
    }
    return null
  }
}
