import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case, ServerHandle, SuiteContext } from '@tokenward/conformance'
import { cases } from '@tokenward/conformance'
import type { Capabilities } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'

const guide = readFileSync(join(repositoryRoot, 'docs/write-an-adapter.md'), 'utf8')

// Typed so that a member that is added to either interface is missing here until it is added too.
const everything: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  failoverSafe: true,
  network: true,
  readsSettings: true,
  roles: true,
  listing: true,
  pruning: true,
  notifications: true,
  maxBodyBytes: 1_048_576,
}
const nothing: { readonly [Name in keyof Capabilities]: readonly Capabilities[Name][] } = {
  durability: ['evicting', 'reverting'],
  shared: [false],
  linearizable: [false],
  failoverSafe: [false],
  network: [false],
  readsSettings: [false],
  roles: [false],
  listing: [false],
  pruning: [false],
  notifications: [false],
  maxBodyBytes: [4_096],
}
const given = async (): Promise<never> => Promise.reject(new Error('only looked at'))
const needed = { url: '', server: { name: '', version: '', standIn: false }, stop: given }
const optional: Required<Omit<ServerHandle, keyof typeof needed>> = {
  kill: given,
  start: given,
  address: { host: '', port: 0 },
  at: () => '',
  accounts: given,
  setClock: given,
  failover: given,
  primary: given,
  depose: given,
  snapshot: given,
  wipe: given,
  drop: given,
  damage: given,
  callerOwned: given,
  unsafe: [{ name: '', url: '', finding: '' }],
  syncedWrites: given,
  expiryOf: given,
  unprepared: given,
  recordLog: given,
  flushScripts: given,
  pooled: true,
  boundedMemory: true,
  members: [{ kill: given, start: given }],
  roundsShare: 1,
}
const server: ServerHandle = { ...needed, ...optional }

function runIn(setting: SuiteContext): readonly string[] {
  const written = cases.filter((entry): entry is Case => 'requires' in entry)
  return written.filter((entry) => entry.requires(setting) === null).map(({ name }) => name)
}

/** The cell that names the cases that run in one of these settings, and in none of those. */
function openedBy(without: readonly SuiteContext[], within: readonly SuiteContext[]): string {
  const others = new Set(without.flatMap(runIn))
  const names = new Set(within.flatMap(runIn).filter((name) => !others.has(name)))
  return names.size === 0 ? 'none' : [...names].map((name) => `\`${name}\``).join(', ')
}

/** A store that keeps everything, and one that may forget: some cases are for the one, some for the other. */
function eitherWay({ capabilities, server }: SuiteContext): SuiteContext[] {
  return (['durable', 'evicting'] as const).map((durability) => {
    return { capabilities: { ...capabilities, durability }, server }
  })
}

const full: SuiteContext = { capabilities: everything, server }

/** By the name in a row's first cell, its third cell. */
function table(header: string): ReadonlyMap<string, string> {
  const [rows = ''] = guide.slice(guide.indexOf(header)).split('\n\n', 1)
  return new Map(
    [...rows.matchAll(/^\| `(\w+)` *\|[^|]*\| *(.*?) *\|/gm)].map(([, name = '', cell = '']) => {
      return [name, cell]
    }),
  )
}

describe('the table of capabilities', () => {
  const rows = table('| capability')

  test('has all of them', () => {
    expect([...rows.keys()]).toEqual(Object.keys(everything))
  })

  test.for(Object.entries(nothing))('names the cases of %s', ([name, values]) => {
    const without = values.map((value) => {
      return { capabilities: { ...everything, [name]: value }, server }
    })
    const isRetention = name === 'durability'
    const cell = isRetention
      ? openedBy(without, [full])
      : openedBy(without.flatMap(eitherWay), eitherWay(full))
    expect(rows.get(name), `the cell should be: ${cell}`).toBe(cell)
  })

  test('is followed by the cases of evicting stores', () => {
    const evicting: Capabilities = { ...everything, durability: 'evicting' }
    const names = openedBy([full], [{ capabilities: evicting, server }])
    expect(guide.replace(/\s+/g, ' ')).toContain(`Evicting stores also run ${names}.`)
  })
})

describe('the table of the server handle', () => {
  const rows = table('| member')

  test('has all of its members', () => {
    expect([...rows.keys()].sort()).toEqual(Object.keys(optional).sort())
  })

  test.for(Object.keys(optional))('names the cases of %s', (name) => {
    const { [name as keyof typeof optional]: _, ...rest } = optional
    const without = { capabilities: everything, server: { ...needed, ...rest } }
    const cell = openedBy(eitherWay(without), eitherWay(full))
    expect(rows.get(name), `the cell should be: ${cell}`).toBe(cell)
  })
})
