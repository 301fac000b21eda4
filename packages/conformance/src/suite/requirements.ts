import type { Capabilities, Duration } from '@tokenward/core'
import type { ServerHandle } from '../harness/server-handle.ts'

export interface SuiteContext {
  readonly capabilities: Capabilities
  readonly server: ServerHandle
  /** Of every instance that does not set another. */
  readonly lease?: Duration
}

/** Returns why a case does not run here; `null`: it runs. */
export type Requirement = (suite: SuiteContext) => string | null

export const always: Requirement = () => null

export const withoutLease: Requirement = ({ lease }) =>
  lease === undefined ? null : `for instances without a lease; here it is ${lease}`

export const durable: Requirement = ({ capabilities: { durability } }) =>
  durability === 'durable' ? null : `for durable stores; this one is ${durability}`

export const evicting: Requirement = ({ capabilities: { durability } }) =>
  durability === 'evicting' ? null : `for evicting stores; this one is ${durability}`

/** Bytes of a body: room for names of the largest size, and for some data. */
const DATA_BODY_BYTES = 16_384

/** A record has room for sealed data. */
export const holdsData: Requirement = ({ capabilities: { maxBodyBytes } }) =>
  maxBodyBytes >= DATA_BODY_BYTES
    ? null
    : `for bodies of ${DATA_BODY_BYTES} bytes; this store takes ${maxBodyBytes}`

/** A claim that the adapter makes and its findings do not downgrade. */
export function claims(
  flag: Exclude<keyof Capabilities, 'durability' | 'maxBodyBytes'>,
): Requirement {
  return ({ capabilities }) => (capabilities[flag] ? null : `the adapter does not claim ${flag}`)
}

/** A member that the server handle has; an empty list gives a case nothing to try. */
export function handle(member: keyof ServerHandle): Requirement {
  return ({ server }) => (isGiven(server[member]) ? null : `the server handle has no ${member}`)
}

/** A member of a handle that a case can use. */
export function isGiven(member: ServerHandle[keyof ServerHandle]): boolean {
  return Array.isArray(member) ? member.length > 0 : Boolean(member)
}

/** All of them: the first reason is returned. */
export function all(...requirements: readonly Requirement[]): Requirement {
  return (suite) => {
    for (const requires of requirements) {
      const reason = requires(suite)
      if (reason !== null) return reason
    }
    return null
  }
}
