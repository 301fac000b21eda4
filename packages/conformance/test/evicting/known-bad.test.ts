import { expect, test } from 'vitest'
import { evictingEngines } from '../../src/known-bad/engines/evicting-stores.ts'
import { writeKnownBad } from '../../src/known-bad/run/report.ts'
import { type KnownBadResult, tryKnownBad } from '../../src/known-bad/run/run-all.ts'

/** Cases for every store: the others are tried on a durable one. */
const EVERYWHERE = ['capabilities-honest', 'durability-changed']
/** A defect that only shows under pressure needs a store with little memory, and many writes. */
const PRESSED = 'evict-pressure'

const own = evictingEngines.filter(({ caughtBy }) => !EVERYWHERE.includes(caughtBy))
const pressed = own.filter(({ caughtBy }) => caughtBy === PRESSED)
const dropped = own.filter(({ caughtBy }) => caughtBy !== PRESSED)

test('each fails the case that must catch it, with a matching failure', {
  timeout: 1_800_000,
}, async () => {
  const results: KnownBadResult[] = [
    ...(await tried('evicting-map', dropped)),
    ...(await tried('small-map', pressed, 5_000)),
  ]
  writeKnownBad('evicting-map', results)
  expect(results.filter(({ caught }) => !caught)).toEqual([])
  expect(results).toHaveLength(own.length)
})

function tried(
  map: string,
  bad: typeof evictingEngines,
  maxRounds = 5,
): Promise<readonly KnownBadResult[]> {
  return tryKnownBad({
    server: new URL(`./start-${map}.ts`, import.meta.url),
    repository: new URL(`./${map}.ts`, import.meta.url),
    only: bad.map(({ name }) => name),
    cases: 'named',
    maxRounds,
  })
}
