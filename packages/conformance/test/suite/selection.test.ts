import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { partInTurn, selectCases } from '../../src/suite/selection.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const ENTRIES = NAMES.map((name) => {
  return { name, level: name < 'c' ? ('adapter' as const) : ('engine' as const) }
})

beforeEach(() => {
  vi.stubEnv('TOKENWARD_RUN', '40')
  vi.stubEnv('GITHUB_RUN_NUMBER', '')
  vi.stubEnv('TOKENWARD_SAMPLE', '')
})
afterEach(() => void vi.unstubAllEnvs())

function selected(options: Parameters<typeof selectCases>[0], full = false): readonly string[] {
  const leaveOut = selectCases(options, ENTRIES, full)
  return NAMES.filter((name) => leaveOut(name) === null)
}

test('without options every case is selected', () => {
  expect(selected({})).toEqual(NAMES)
})

test('`only` and `leaveOut` give their reasons, in a full run too', () => {
  const options = { only: { cases: ['a', 'b'], reason: 'short' }, leaveOut: { b: 'no network' } }
  expect(selected(options, true)).toEqual(['a'])
  const leaveOut = selectCases(options, ENTRIES, false)
  expect([leaveOut('a'), leaveOut('b'), leaveOut('c')]).toEqual([null, 'no network', 'short'])
})

test.each([
  [{ only: { cases: ['nope'], reason: '' } }, 'only: there is no case nope'],
  [{ only: { cases: [], reason: '' } }, 'only: has no cases'],
  [{ leaveOut: { nope: '' } }, 'leaveOut: there is no case nope'],
  [{ sample: { runs: 2, always: ['nope'] } }, 'sample: there is no case nope'],
  [{ sample: { runs: 0 } }, 'runs must be a whole number from 1'],
])('%j is refused', (options, message) => {
  expect(() => selectCases(options, ENTRIES, false)).toThrow(message)
})

describe('a sample', () => {
  const sample = { runs: 3, always: ['g'] }

  function runs(count: number, name = 'valkey'): readonly (readonly string[])[] {
    return Array.from({ length: count }, (_, n) => {
      vi.stubEnv('TOKENWARD_RUN', String(40 + n))
      return selected({ name, sample })
    })
  }

  test('consecutive runs have every case once, and some always', () => {
    const all = runs(3)
    expect(
      all
        .flat()
        .filter((name) => name !== 'g')
        .sort(),
    ).toEqual(NAMES.slice(0, 6))
    for (const names of all) {
      expect(names).toContain('g')
      expect(names.length).toBeLessThanOrEqual(4)
    }
    expect(runs(6).slice(3)).toEqual(all)
  })

  test('two servers have different cases in one run', () => {
    expect(runs(1, 'redis 8')).not.toEqual(runs(1, 'redis 7'))
  })

  test('cases of the other level are in every run', () => {
    const ofEngine = { name: 'valkey', sample: { runs: 5, of: 'engine' as const } }
    const all = Array.from({ length: 5 }, (_, n) => {
      vi.stubEnv('TOKENWARD_RUN', String(40 + n))
      return selected(ofEngine)
    })
    for (const names of all) {
      expect(names.slice(0, 2)).toEqual(['a', 'b'])
      expect(names).toHaveLength(3)
    }
    expect(all.flatMap((names) => names.slice(2)).sort()).toEqual(NAMES.slice(2))
  })

  test('servers with all offsets have every case in one run', () => {
    const names = [0, 1, 2].map((offset) => selected({ name: 'x', sample: { runs: 3, offset } }))
    expect(names.flat().sort()).toEqual(NAMES)
  })

  test('a list is dealt to consecutive runs', () => {
    const parts = [40, 41, 42].map((run) => {
      vi.stubEnv('TOKENWARD_RUN', String(run))
      return partInTurn(NAMES, 3)
    })
    expect(parts.flat().sort()).toEqual(NAMES)
    for (const part of parts) expect(part.length).toBeLessThan(4)
    vi.stubEnv('TOKENWARD_SAMPLE', '1')
    expect(partInTurn(NAMES, 3)).toEqual(NAMES)
  })

  test('a full run has all cases', () => {
    expect(selected({ name: 'valkey', sample }, true)).toEqual(NAMES)
  })

  test('the reason names the next run that has the case', () => {
    const options = { name: 'valkey', sample }
    const leaveOut = selectCases(options, ENTRIES, false)
    for (const name of NAMES) {
      const next = /TOKENWARD_RUN=(\d+) has it/.exec(leaveOut(name) ?? '')?.[1]
      if (next === undefined) continue
      vi.stubEnv('TOKENWARD_RUN', next)
      expect(selected(options)).toContain(name)
    }
  })

  test('the number of a run is that of the workflow, or the day', () => {
    vi.stubEnv('TOKENWARD_RUN', '')
    const today = selected({ sample })
    expect(today.length).toBeLessThan(NAMES.length)
    vi.stubEnv('GITHUB_RUN_NUMBER', '41')
    const inWorkflow = selected({ sample })
    vi.stubEnv('TOKENWARD_RUN', '41')
    expect(selected({ sample })).toEqual(inWorkflow)
  })

  test('TOKENWARD_SAMPLE replaces the option', () => {
    vi.stubEnv('TOKENWARD_SAMPLE', '7')
    expect(selected({})).toHaveLength(1)
    expect(selected({ sample: { runs: 1 } })).toHaveLength(1)
    expect(selected({}, true)).toEqual(NAMES)
  })

  test.each(['-1', '1.5', 'four'])('TOKENWARD_RUN=%s is refused', (number) => {
    vi.stubEnv('TOKENWARD_RUN', number)
    expect(() => selected({ sample })).toThrow('must be a whole number')
  })
})
