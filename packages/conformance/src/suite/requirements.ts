import type { Capabilities } from '@tokenward/core'
import type { ServerHandle } from '../harness/server-handle.ts'

export interface Setting {
  readonly capabilities: Capabilities
  readonly server: ServerHandle
}

/** Why a case does not run here; `null`: it runs. */
export type Gate = (setting: Setting) => string | null

export const always: Gate = () => null

export const durable: Gate = ({ capabilities: { durability } }) =>
  durability === 'durable' ? null : `for durable stores; this one is ${durability}`

export const evicting: Gate = ({ capabilities: { durability } }) =>
  durability === 'evicting' ? null : `for evicting stores; this one is ${durability}`

/** A flag that the adapter claims and its findings left standing. */
export function claims(flag: Exclude<keyof Capabilities, 'durability' | 'maxBodyBytes'>): Gate {
  return ({ capabilities }) => (capabilities[flag] ? null : `the adapter does not claim ${flag}`)
}

/** Something that the server handle can do, or states. */
export function handle(member: keyof ServerHandle): Gate {
  return ({ server }) => (server[member] ? null : `the server handle has no ${member}`)
}

/** The first reason of all. */
export function all(...gates: readonly Gate[]): Gate {
  return (setting) => {
    for (const gate of gates) {
      const reason = gate(setting)
      if (reason !== null) return reason
    }
    return null
  }
}
