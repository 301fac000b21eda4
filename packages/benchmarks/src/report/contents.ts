import { cpus, release, totalmem, type } from 'node:os'
import type { Growth } from '@tokenward/trials/growth'
import type { Measurement } from '../measure.ts'

/** What was measured on one store, by the number of operations in flight. */
export interface StoreReport {
  readonly name: string
  /** The server of the store, with its version. */
  readonly server: string
  readonly results: Readonly<Record<number, Measurement<string>>>
}

/** What was measured on one store while it grew. */
export interface GrowthReport extends Growth {
  readonly name: string
  /** The server of the store, with its version. */
  readonly server: string
}

export interface Reports {
  readonly stores: readonly StoreReport[]
  readonly growth: readonly GrowthReport[]
}

export interface Machine {
  readonly processor: string
  readonly cores: number
  /** GiB */
  readonly memory: number
  readonly system: string
  readonly node: string
  /** `2026-11-30` */
  readonly date: string
  /** Only the Nth part of the operations was run. */
  readonly part: number
}

export function thisMachine(): Omit<Machine, 'part'> {
  const processors = cpus()
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0]}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  }
}

/** A line for each thing that the figures depend on. */
export function machineNotes({
  processor,
  cores,
  memory,
  system,
  node,
  date,
  part,
}: Machine): readonly string[] {
  return [
    `Node ${node}; ${date}; ${processor}, ${cores} cores, ${memory} GiB, ${system}`,
    ...(part === 1
      ? []
      : [`A short run, with 1/${part} of the operations: the figures are a first impression.`]),
  ]
}
