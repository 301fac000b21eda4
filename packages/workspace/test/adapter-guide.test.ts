import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Case, ServerHandle, Setting } from '@tokenward/conformance'
import { cases } from '@tokenward/conformance'
import type { Capabilities } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'

const guide = readFileSync(join(repositoryRoot, 'docs/write-an-adapter.md'), 'utf8')

// Typed so that a member that is added to either interface is missing here until it is added too.
const everything: Capabilities = {
  retention: 'durable',
  shared: true,
  linearizable: true,
  failoverSafe: true,
  network: true,
  introspects: true,
  roles: true,
  listing: true,
  pruning: true,
  watching: true,
  maxBodyBytes: 1_048_576,
}
const nothing: { readonly [Name in keyof Capabilities]: readonly Capabilities[Name][] } = {
  retention: ['forgetful', 'regressive'],
  shared: [false],
  linearizable: [false],
  failoverSafe: [false],
  network: [false],
  introspects: [false],
  roles: [false],
  listing: [false],
  pruning: [false],
  watching: [false],
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
  pause: given,
  resume: given,
  snapshot: given,
  wipe: given,
  drop: given,
  damage: given,
  callerOwned: given,
  unsafe: [],
  syncedWrites: given,
  flushScripts: given,
  pooled: true,
  boundedMemory: true,
  ring: true,
}
const server: ServerHandle = { ...needed, ...optional }

function runIn(setting: Setting): ReadonlySet<string> {
  const written = cases.filter((entry): entry is Case => 'gate' in entry)
  return new Set(written.filter((entry) => entry.gate(setting) === null).map(({ name }) => name))
}

/** The cell that names the cases that run where everything can be done, and in none of these. */
function openedBy(without: readonly Setting[]): string {
  const others = without.map(runIn)
  const names = [...runIn({ capabilities: everything, server })]
    .filter((name) => others.every((other) => !other.has(name)))
    .map((name) => `\`${name}\``)
  return names.length === 0 ? 'none' : names.join(', ')
}

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
    const cell = openedBy(without)
    expect(rows.get(name), `the cell should be: ${cell}`).toBe(cell)
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
    const cell = openedBy([without])
    expect(rows.get(name), `the cell should be: ${cell}`).toBe(cell)
  })
})
