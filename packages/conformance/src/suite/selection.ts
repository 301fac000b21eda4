import type { SuiteEntry } from './case.ts'
import type { ConformanceOptions, Sample } from './options.ts'

const DAY_MS = 86_400_000

type Entry = Pick<SuiteEntry, 'name' | 'level'>
type Choice = Pick<ConformanceOptions, 'name' | 'only' | 'leaveOut' | 'sample'>

/**
 * Returns why the options leave a case out; `null`: they do not.
 * @throws RangeError for the name of a case that is not among `entries`, which would never run unnoticed
 */
export function selectCases(
  options: Choice,
  entries: readonly Entry[],
  full: boolean,
): (name: string) => string | null {
  const { only, leaveOut = {} } = options
  const sample = sampleOfEnvironment() ?? options.sample
  const names = entries.map(({ name }) => name)
  if (only?.cases.length === 0) throw new RangeError('only: has no cases')
  checkNames({ only: only?.cases, leaveOut: Object.keys(leaveOut), sample: sample?.always }, names)
  const inTurn = sample && !full ? takeTurns(sample, options.name ?? '', entries) : null
  return (name) => {
    if (only && !only.cases.includes(name)) return only.reason
    if (Object.hasOwn(leaveOut, name)) return leaveOut[name] ?? ''
    return inTurn?.(name) ?? null
  }
}

function checkNames(
  given: Readonly<Record<string, readonly string[] | undefined>>,
  names: readonly string[],
): void {
  for (const [option, each] of Object.entries(given)) {
    const unknown = each?.find((name) => !names.includes(name))
    if (unknown !== undefined) throw new RangeError(`${option}: there is no case ${unknown}`)
  }
}

/** Several servers that are sampled in one run have different cases of it. */
function takeTurns(
  { runs, of, always = [], offset }: Sample,
  server: string,
  entries: readonly Entry[],
): (name: string) => string | null {
  const run = runNumber()
  const wait = turnsOf(runs, run)
  const shift = offset ?? [...Buffer.from(server)].reduce((sum, byte) => sum + byte, 0)
  const sampled = entries.filter(({ level }) => of === undefined || level === of)
  return (name) => {
    const index = sampled.findIndex((entry) => entry.name === name)
    if (index === -1 || always.includes(name)) return null
    const left = wait(index + shift)
    if (left === 0) return null
    return `not in this sample of 1/${runs}: TOKENWARD_RUN=${run + left} has it`
  }
}

/**
 * The part of a list that this run has: each element once in so many consecutive runs. `TOKENWARD_SAMPLE`
 * replaces the number.
 */
export function partInTurn<T>(list: readonly T[], runs: number): readonly T[] {
  const wait = turnsOf(sampleOfEnvironment()?.runs ?? runs, runNumber())
  return list.filter((_, index) => wait(index) === 0)
}

/** After how many runs the turn of a place comes; 0: it is in this run. */
function turnsOf(runs: number, run: number): (place: number) => number {
  if (!Number.isInteger(runs) || runs < 1) {
    throw new RangeError(`sample: runs must be a whole number from 1, and is ${runs}`)
  }
  return (place) => ((place % runs) - (run % runs) + runs) % runs
}

function sampleOfEnvironment(): Sample | undefined {
  const runs = wholeNumber('TOKENWARD_SAMPLE')
  return runs === null ? undefined : { runs }
}

function runNumber(): number {
  const given = wholeNumber('TOKENWARD_RUN') ?? wholeNumber('GITHUB_RUN_NUMBER')
  return given ?? Math.floor(Date.now() / DAY_MS)
}

function wholeNumber(variable: string): number | null {
  const given = process.env[variable]
  if (!given) return null
  const number = Number(given)
  if (Number.isSafeInteger(number) && number >= 0) return number
  throw new RangeError(`${variable}=${given}: must be a whole number`)
}
