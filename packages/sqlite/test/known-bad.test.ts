import { knownBad, tryKnownBad, writeKnownBad } from '@tokenward/conformance/known-bad'
import { expect, test } from 'vitest'

// Those that only several processes show; the suite's own tests try the others.
const SHARED = ['cross-process', 'linearizable-processes', 'kill9-client', 'reseal-killed']

test('an adapter that is broken between processes fails the case that names it', {
  timeout: 1_800_000,
}, async () => {
  const only = knownBad.filter(({ caughtBy }) => SHARED.includes(caughtBy))
  const rows = await tryKnownBad({
    server: new URL('./server.ts', import.meta.url),
    repository: new URL('./repository.ts', import.meta.url),
    only: only.map(({ name }) => name),
    cases: 'named',
    maxRounds: 20,
  })
  writeKnownBad('sqlite', rows)
  expect(rows.length).toBeGreaterThanOrEqual(SHARED.length)
  expect(rows.filter(({ caught }) => !caught)).toEqual([])
})
