import { expect, onTestFinished, test } from 'vitest'
import { cases, runCase } from '../../src/index.ts'
import { knownBadAdapters } from '../../src/known-bad/adapters/all.ts'
import { disconnected } from '../../src/known-bad/adapters/disconnected.ts'
import { deposed } from '../../src/known-bad/adapters/stalls.ts'
import { knownBadNamed } from '../../src/known-bad/all.ts'
import { uncatchableCases } from '../../src/known-bad/run/uncatchable-cases.ts'
import { isPlanned } from '../../src/suite/case.ts'
import { startFullMap } from './full-map.ts'

const FULL_MAP = new URL('./full-map.ts', import.meta.url)
const MODE = { full: false, seed: 7, maxRounds: 20 }

/** A map is not shared with other processes: those are tried on SQLite. */
const OF_PROCESSES = ['linearizable-processes', 'cross-process', 'kill9-client']
/** It is not behind a network either: `test/fault-proxy` tries those. */
const elsewhere = [
  ...OF_PROCESSES,
  ...[...disconnected, ...deposed].map(({ caughtBy }) => caughtBy),
]
const here = knownBadAdapters.filter(({ caughtBy }) => !elsewhere.includes(caughtBy))

test('the wrapped repository is correct', async () => {
  for (const name of new Set(here.map(({ caughtBy }) => caughtBy))) {
    // One server each: some cases wipe it.
    const server = await startFullMap()
    onTestFinished(() => server.stop())
    const { status, reason } = await runCase(name, server, FULL_MAP, MODE)
    expect(status, `${name}: ${reason}`).toBe('passed')
  }
})

test('every name is unique, and leads to its adapter', () => {
  const names = knownBadAdapters.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(knownBadNamed('early-ack').name).toBe('early-ack')
  expect(() => knownBadNamed('good')).toThrow('there is no known-bad good')
})

test('every case of the map has an adapter that must fail it', () => {
  const named = new Set(knownBadAdapters.map(({ caughtBy }) => caughtBy))
  const own = cases.filter((entry) => entry.level === 'adapter' && !isPlanned(entry))
  const idleOnes = own.map(({ name }) => name).filter((name) => !named.has(name))
  expect(idleOnes.filter((name) => !(name in uncatchableCases))).toEqual([])
})
