import { InvalidInput } from '@tokenward/core/adapter'

const DURABILITIES: readonly unknown[] = ['durable', 'evicting', 'reverting']

/** Checked when they are passed: a variable that is not set must not be reported as an outage later. */
export function checkArguments(database: unknown, options: unknown): void {
  if (!isDatabase(database)) {
    throw new InvalidInput('database', 'must be the name of a file, or an open DatabaseSync.')
  }
  if (!isObject(options)) throw new InvalidInput('options', 'must be an object.')
  for (const [name, value] of Object.entries(options)) {
    const problem = Object.hasOwn(PROBLEMS, name) ? PROBLEMS[name]?.(value) : 'is no option.'
    if (problem) throw new InvalidInput(name, problem)
  }
}

/** What is wrong with an option, by its name; `null`: nothing. */
const PROBLEMS: Readonly<Record<string, (value: unknown) => string | null>> = {
  namespace: (value) =>
    isName(value) ? null : 'must be a string of 1 to 1024 well-formed UTF-16 units.',
  assume: (value) =>
    isObject(value) && Object.entries(value).every(isAssumption)
      ? null
      : `must be { retention }, one of: ${DURABILITIES.join(', ')}.`,
}

function isDatabase(value: unknown): boolean {
  if (typeof value === 'string') return value !== '' && !value.includes('\0')
  return isObject(value) && ['prepare', 'close'].every((name) => typeof value[name] === 'function')
}

function isAssumption([name, value]: readonly [string, unknown]): boolean {
  return name === 'durability' && DURABILITIES.includes(value)
}

function isName(value: unknown): boolean {
  return (
    typeof value === 'string' && value.length >= 1 && value.length <= 1024 && value.isWellFormed()
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
