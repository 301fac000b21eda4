import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createEnvironment } from '../src/harness/environment.ts'
import {
  type Case,
  type ConformanceOptions,
  cases,
  type Report,
  type ServerHandle,
  type SuiteEntry,
} from '../src/index.ts'
import { register } from '../src/suite/conformance.ts'
import { runCaseOn } from '../src/suite/result.ts'
import { FakeRunner, type Result } from './fake-runner.ts'

const good = new URL('./map-repository.ts', import.meta.url)
const broken = new URL('./broken-repository.ts', import.meta.url)
let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-'))
  vi.stubEnv('TOKENWARD_REPORTS', folder)
  vi.stubEnv('TOKENWARD_SEED', '7')
  vi.stubEnv('CI', '')
  // Those of a full run would reach the suites in these tests.
  for (const name of ['FULL', 'SECONDS', 'ROUNDS']) vi.stubEnv(`TOKENWARD_${name}`, '')
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const server = async (): Promise<ServerHandle> => ({
  url: `map:${crypto.randomUUID()}`,
  server: { name: 'a map', version: '1', standIn: false },
  stop: async () => {},
})

async function run(
  entries: readonly SuiteEntry[],
  options: Partial<ConformanceOptions> = {},
): Promise<{ results: ReadonlyMap<string, Result>; report: Report }> {
  const runner = new FakeRunner()
  register({ runner, server, repository: good, ...options }, entries)
  await runner.run()
  const name = options.name?.replaceAll(' ', '-') ?? (options.server ? 'conformance' : 'map')
  const file = await readFile(join(folder, 'conformance', `${name}.json`), 'utf8')
  return { results: runner.results, report: JSON.parse(file) as Report }
}

const named = (...names: string[]) => cases.filter(({ name }) => names.includes(name))

const passes: Case = {
  planRow: 1,
  name: 'passes',
  level: 'adapter',
  catches: 'nothing',
  requires: () => null,
  rounds: { quick: 3, full: 5 },
  gaps: 'something',
  run: async (context) => context.note(`${context.rounds} rounds`),
}

const fails: Case = {
  ...passes,
  name: 'fails',
  run: () => Promise.reject(new Error('as it should')),
}

test('a passing case passes, and the report has its result', async () => {
  const { results, report } = await run([passes])
  expect(results.get('passes')?.status).toBe('passed')
  expect(report).toMatchObject({
    name: 'map',
    adapter: 'map',
    server: { name: 'a map', version: '1', standIn: false },
    full: false,
    seed: 7,
  })
  expect(report.cases).toEqual([
    {
      name: 'passes',
      planRow: 1,
      level: 'adapter',
      status: 'passed',
      rounds: 3,
      gaps: 'something',
      notes: ['3 rounds'],
      ms: expect.any(Number),
    },
  ])
})

test('a full run does the rounds of the plan', async () => {
  const { report } = await run([passes], { full: true })
  expect(report).toMatchObject({ full: true, cases: [{ rounds: 5 }] })
})

test('a second server has a separate name in the reports, and fewer rounds', async () => {
  const { report } = await run([passes], { name: 'map 2', rounds: 2 })
  expect(report).toMatchObject({ name: 'map 2', adapter: 'map', cases: [{ rounds: 2 }] })
  const full = await run([passes], { name: 'map 2', rounds: 2, full: true })
  expect(full.report.cases).toMatchObject([{ rounds: 5 }])
})

test('a full run does as many rounds as fit in the time, by the quick run before it', async () => {
  const environment = await createEnvironment(await server(), good)
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  const tried: number[] = []
  const slow: Case = {
    ...passes,
    rounds: { quick: 3, full: 5_000 },
    async run({ rounds }) {
      tried.push(rounds)
      now += 100 * rounds
    },
  }
  const roundsOf = async (maxMs: number) => {
    const { result } = await runCaseOn(slow, environment, { full: true, seed: 1, maxMs })
    return [tried.splice(0), result.rounds, result.notes ?? []]
  }
  expect(await roundsOf(2_000)).toEqual([[3, 20], 20, ['20 of 5000 rounds']])
  expect(await roundsOf(900_000)).toEqual([[3, 5_000], 5_000, []])
  expect(await roundsOf(200)).toEqual([[3], 3, []])
  vi.restoreAllMocks()
  environment.unhandled.stop()
})

test('a slow server is given a part of the rounds, and the report shows that', async () => {
  const environment = await createEnvironment({ ...(await server()), roundsShare: 0.5 }, good)
  const roundsOf = async (quick: number, full: boolean) => {
    const { result } = await runCaseOn({ ...passes, rounds: { quick, full: 40 } }, environment, {
      full,
      seed: 1,
    })
    return [result.rounds, ...(result.notes ?? [])]
  }
  expect(await roundsOf(21, false)).toEqual([
    11,
    '11 of 21 rounds, the share of this server',
    '11 rounds',
  ])
  expect(await roundsOf(7, false)).toEqual([
    6,
    '6 of 7 rounds, the share of this server',
    '6 rounds',
  ])
  expect(await roundsOf(3, false)).toEqual([3, '3 rounds'])
  expect(await roundsOf(3, true)).toEqual([40, '40 rounds'])
  environment.unhandled.stop()
})

test('TOKENWARD_ROUNDS caps the rounds, and only accepts a number from 1', async () => {
  vi.stubEnv('TOKENWARD_ROUNDS', '4')
  const { report } = await run([passes], { full: true })
  expect(report).toMatchObject({ full: true, cases: [{ rounds: 4 }] })
  vi.stubEnv('TOKENWARD_ROUNDS', '0')
  await expect(run([passes])).rejects.toThrow('must be a whole number from 1')
})

test('a failing case fails in the runner and in the report, with the seed', async () => {
  const { results, report } = await run([fails, passes])
  expect(results.get('fails')).toMatchObject({ status: 'failed' })
  expect(results.get('passes')).toMatchObject({ status: 'passed' })
  expect(report.cases[0]).toMatchObject({ status: 'failed' })
  expect(report.cases[0]?.reason).toContain('as it should')
  expect(report.cases[0]?.reason).toContain('TOKENWARD_SEED=7')
})

test('a resource that cannot be closed after a case fails the case', async () => {
  const leaks: Case = {
    ...passes,
    name: 'leaks',
    run: async (context) => context.onClose(() => Promise.reject(new Error('stuck'))),
  }
  const { report } = await run([leaks])
  expect(report.cases[0]).toMatchObject({ status: 'failed' })
})

test('a case that does not run is skipped with its reason and never looks like a pass', async () => {
  const gated: Case = { ...passes, name: 'gated', requires: () => 'it has no wings' }
  const planned: SuiteEntry = {
    planRow: 2,
    name: 'planned',
    level: 'engine',
    notRun: 'not written',
  }
  const { results, report } = await run([gated, planned])
  expect(results.get('gated')).toEqual({ status: 'skipped', note: 'it has no wings' })
  expect(results.get('planned')).toEqual({ status: 'skipped', note: 'not written' })
  expect(report.cases).toEqual([
    {
      name: 'gated',
      planRow: 1,
      level: 'adapter',
      status: 'not-run',
      reason: 'it has no wings',
      ms: 0,
    },
    {
      name: 'planned',
      planRow: 2,
      level: 'engine',
      status: 'not-run',
      reason: 'not written',
      ms: 0,
    },
  ])
})

test('a case that the options leave out is reported as not run, with the reason', async () => {
  const only = { cases: ['passes'], reason: 'this run is about passes' }
  const { report } = await run([passes, fails], { only })
  expect(report.cases).toMatchObject([
    { name: 'passes', status: 'passed' },
    { name: 'fails', status: 'not-run', reason: 'this run is about passes' },
  ])
})

test('a backend that does not start leaves every case not run', async () => {
  const dead = { server: () => Promise.reject(new Error('no such port')) }
  const { results, report } = await run([passes], dead)
  expect(results.get('passes')?.status).toBe('skipped')
  expect(report.server.name).toBe('none')
  expect(report.cases[0]).toMatchObject({ status: 'not-run' })
  expect(report.cases[0]?.reason).toContain('no such port')
})

test('with CI set, a backend that does not start is a failure', async () => {
  vi.stubEnv('CI', 'true')
  const dead = { server: () => Promise.reject(new Error('no such port')) }
  await expect(run([passes], dead)).rejects.toThrow('no such port')
})

test('with requireServer, a backend that does not start is a failure everywhere', async () => {
  const dead = { server: () => Promise.reject(new Error('no such port')), requireServer: true }
  await expect(run([passes], dead)).rejects.toThrow('no such port')
})

test('requireServer: false has precedence over CI', async () => {
  vi.stubEnv('CI', 'true')
  const dead = { server: () => Promise.reject(new Error('no such port')), requireServer: false }
  const { results } = await run([passes], dead)
  expect(results.get('passes')?.status).toBe('skipped')
})

test('an error whose message is read-only fails its case, and is named with the seed', async () => {
  const aborted: Case = { ...passes, run: () => Promise.reject(AbortSignal.abort().reason) }
  const { results, report } = await run([aborted])
  expect(results.get('passes')?.status).toBe('failed')
  expect(report.cases[0]?.reason).toContain('This operation was aborted')
  expect(report.cases[0]?.reason).toContain('TOKENWARD_SEED=7')
})

test('the run ends with its totals, and with the reason of each case that did not run', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => write.mockRestore())
  const gated: Case = { ...passes, name: 'gated', requires: () => 'it has no wings' }
  await run([passes, fails, gated])
  const text = write.mock.calls.map(([line]) => line).join('')
  expect(text).toContain('conformance map on a map 1: 1 passed, 1 failed, 1 not run')
  expect(text).toContain('  not run, it has no wings: gated\n')
})

test('an adapter that cannot be opened fails every case, and the backend is stopped', async () => {
  const repository = new URL('./fake-runner.ts', import.meta.url)
  const stop = vi.fn(async () => {})
  const planned: SuiteEntry = {
    planRow: 2,
    name: 'planned',
    level: 'engine',
    notRun: 'not written',
  }
  const started = { ...(await server()), stop }
  const { report } = await run([passes, planned], { repository, server: async () => started })
  const reason = expect.stringContaining('fake-runner.ts must export')
  expect(report.cases).toMatchObject([
    { name: 'passes', status: 'failed', reason },
    { name: 'planned', status: 'not-run', reason: 'not written' },
  ])
  expect(report.server.name).toBe('a map')
  expect(stop).toHaveBeenCalledOnce()
})

test('a correct repository passes the cases of the register, a broken one fails them', async () => {
  const entries = named('insert-if-absent', 'conditional-replace', 'register-race')
  const right = await run(entries)
  expect(right.report.cases.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed'])
  const wrong = await run(entries, { repository: broken })
  expect(wrong.report.cases.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed'])
})

test('names and rows of the suite are in order', () => {
  const names = cases.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  const rows = new Set(cases.flatMap(({ planRow }) => planRow ?? []))
  for (let row = 1; row <= 69; row++) expect(rows, `row ${row} of the plan`).toContain(row)
})
