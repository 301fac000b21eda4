import { expect, test } from 'vitest'
import { cases } from '../../src/index.ts'
import { knownBad } from '../../src/known-bad/all.ts'
import { knownBadEngines } from '../../src/known-bad/engines/all.ts'
import { assertPatchesMatch } from '../../src/known-bad/engines/load.ts'
import { writeKnownBad } from '../../src/known-bad/run/report.ts'
import { type KnownBadResult, tryKnownBad } from '../../src/known-bad/run/run-all.ts'
import { uncatchableCases } from '../../src/known-bad/run/uncatchable-cases.ts'
import { CaseWorker } from '../../src/known-bad/run/worker.ts'
import { isPlanned } from '../../src/suite/case.ts'
import { partInTurn } from '../../src/suite/selection.ts'

const START = new URL('./start-map.ts', import.meta.url)
const FULL_MAP = new URL('./full-map.ts', import.meta.url)

const full = Boolean(process.env['TOKENWARD_FULL'])
// Adapters for shared stores: SQLite's tests try them. Those behind a network: `test/fault-proxy`
// does. Evicting ones: `test/evicting` does.
const elsewhere =
  /does not claim (shared|network|roles|failoverSafe)|has no kill|for evicting stores/
/** On a map, which has no address, it is right. */
const NEEDS_AN_ADDRESS = ['network-not-claimed']

/** Each is tried once in so many consecutive runs. */
const RUNS = 3
const inThisRun = full ? knownBad : partInTurn(knownBad, RUNS)

test('each known-bad of this run fails the case that must catch it, with a matching failure', {
  timeout: 1_800_000,
}, async () => {
  const results = await tryKnownBad({
    server: START,
    repository: FULL_MAP,
    only: inThisRun.map(({ name }) => name).filter((name) => !NEEDS_AN_ADDRESS.includes(name)),
    cases: 'named',
    onResult: full ? tell : () => {},
  })
  const tried = results.filter(({ reason }) => !elsewhere.test(reason))
  writeKnownBad('map', tried)
  expect(tried.filter(({ caught }) => !caught)).toEqual([])
  expect(tried.length).toBeGreaterThan(inThisRun.length / 2)
})

test('the patches of every known-bad engine match core', () => {
  expect(knownBadEngines.length).toBeGreaterThan(150)
  for (const engine of knownBadEngines) assertPatchesMatch(engine)
})

test('every case has a known-bad that it must catch, or a written reason why none is possible', () => {
  const names = cases.filter((entry) => !isPlanned(entry)).map(({ name }) => name)
  const named = new Set(knownBad.map(({ caughtBy }) => caughtBy))
  expect(names.filter((name) => !named.has(name)).sort()).toEqual(
    Object.keys(uncatchableCases).sort(),
  )
  for (const name of named) expect(names).toContain(name)
})

test('a known-bad that cannot be loaded fails the run, and does not hang it', async () => {
  const modules = { server: START.href, repository: FULL_MAP.href }
  const worker = new CaseWorker()
  const order = { ...modules, bad: 'missing', cases: ['closed'], seed: 1, maxRounds: 1 }
  await expect(worker.run(order)).rejects.toThrow('there is no known-bad missing')
})

test('each has a unique name, and describes its defect', () => {
  expect(new Set(knownBad.map(({ name }) => name)).size).toBe(knownBad.length)
  for (const { mutation } of knownBad) expect(mutation.length).toBeGreaterThan(20)
})

function tell({ name, ran, caught, reason, failedCases }: KnownBadResult): void {
  if (ran) console.log(`${caught ? '✓' : '✗'} ${name}: ${failedCases.join(', ')}`)
  else console.log(`not run, ${reason}: ${name}`)
}
