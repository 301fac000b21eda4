import { expect, test } from 'vitest'
import {
  badStage,
  type Case,
  cases,
  judge,
  type KnownBadAdapter,
  knownBadAdapterNamed,
  knownBadAdapters,
  type Outcome,
  type Stage,
  setStage,
} from '../../src/index.ts'
import { isPlanned } from '../../src/suite/case.ts'
import { startFullMap } from './full-map.ts'

/** ms: a case that takes longer has not finished, and that is a failure too. */
const PATIENCE = 5_000
const OF_PROCESSES = ['linearizable-processes', 'cross-process', 'kill9-client']
const MODE = { full: false, seed: 7, most: 20 }

/** A map is not shared with other processes: what is tried by them is tried on SQLite. */
const here = knownBadAdapters.filter(({ namedCase }) => !OF_PROCESSES.includes(namedCase))

async function onStage<T>(use: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await setStage(await startFullMap(), new URL('./full-map.ts', import.meta.url))
  try {
    return await use(stage)
  } finally {
    stage.stray.stop()
    await stage.server.stop()
  }
}

test.concurrent.for(here.map((bad) => [bad.name, bad] as const))(
  '%s',
  async ([, bad], { expect }) => {
    const outcome = await onStage((stage) => tried(bad, stage))
    expect(outcome.status, outcome.reason).toBe('failed')
    expect(outcome.reason).toMatch(bad.because)
  },
)

test('the repository they wrap is right', async () => {
  const named = new Set(here.map(({ namedCase }) => namedCase))
  for (const name of named) {
    const { outcome } = await onStage((stage) => judge(caseNamed(name), stage, MODE))
    expect(outcome.status, `${name}: ${outcome.reason}`).toBe('passed')
  }
})

test('every name is one, and leads to its adapter', () => {
  const names = knownBadAdapters.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(knownBadAdapterNamed('early-ack').name).toBe('early-ack')
  expect(() => knownBadAdapterNamed('good')).toThrow('there is no known-bad adapter good')
})

test('every case of the map itself has an adapter that must fail it', () => {
  const named = new Set(knownBadAdapters.map(({ namedCase }) => namedCase))
  const idle = cases.filter((entry) => entry.level === 'adapter' && !isPlanned(entry))
  expect(idle.map(({ name }) => name).filter((name) => !named.has(name))).toEqual([])
})

async function tried(bad: KnownBadAdapter, stage: Stage): Promise<Outcome> {
  const entry = caseNamed(bad.namedCase)
  const broken = await badStage(stage, bad)
  const patience = Promise.withResolvers<Outcome>()
  const { name, level } = entry
  const late: Outcome = { name, level, status: 'failed', reason: 'did not finish', ms: PATIENCE }
  const timer = setTimeout(() => patience.resolve(late), PATIENCE)
  const judged = judge(entry, broken, MODE).then(({ outcome }) => outcome)
  try {
    return await Promise.race([judged, patience.promise])
  } finally {
    clearTimeout(timer)
    broken.stray.stop()
  }
}

function caseNamed(name: string): Case {
  const entry = cases.find((each) => each.name === name)
  if (entry && !isPlanned(entry)) return entry
  throw new RangeError(`there is no case ${name}`)
}
