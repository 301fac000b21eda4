import { expect, test } from 'vitest'
import { forgettings } from '../../src/known-bad/engines/evicting-stores.ts'
import { writeKnownBad } from '../../src/known-bad/run/report.ts'
import { type Row, tryKnownBad } from '../../src/known-bad/run/run-all.ts'

/** Cases of every store: the others are tried on one with everything that these refuse. */
const EVERYWHERE = ['capabilities-honest', 'retention-changed']
/** What only pressure brings to light needs a store with little memory, and many writes. */
const PRESSED = 'evict-pressure'

const own = forgettings.filter(({ namedCase }) => !EVERYWHERE.includes(namedCase))
const pressed = own.filter(({ namedCase }) => namedCase === PRESSED)
const dropped = own.filter(({ namedCase }) => namedCase !== PRESSED)

test('each fails the case that is named for it, for the named reason', {
  timeout: 1_800_000,
}, async () => {
  const rows: Row[] = [
    ...(await tried('evicting-map', dropped)),
    ...(await tried('small-map', pressed, 5_000)),
  ]
  writeKnownBad('evicting-map', rows)
  expect(rows.filter(({ caught }) => !caught)).toEqual([])
  expect(rows).toHaveLength(own.length)
})

function tried(map: string, bad: typeof forgettings, most = 5): Promise<readonly Row[]> {
  return tryKnownBad({
    server: new URL(`./start-${map}.ts`, import.meta.url),
    repository: new URL(`./${map}.ts`, import.meta.url),
    only: bad.map(({ name }) => name),
    cases: 'named',
    most,
  })
}
