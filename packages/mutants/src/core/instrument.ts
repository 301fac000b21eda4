import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Instrumenter } from '@stryker-mutator/instrumenter'
import { type Mutant, withKeys } from '../mutant.ts'
import { coreSources, reportsFolder } from '../paths.ts'
import { messages } from './ignore-messages.ts'

/** A source file with all of its mutants, of which one can be chosen while it runs. */
export interface Instrumented {
  readonly file: string
  readonly code: string
  readonly mutants: readonly Mutant[]
}

/** Change it with what makes mutants: older copies are not used then. */
const FORMAT = 4

const silent = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
}

/** Takes about 20 ms of a file, so a copy is kept until the file changes. */
export async function instrument(
  file: string,
  folder: string = coreSources,
): Promise<Instrumented> {
  const content = readFileSync(join(folder, file), 'utf8')
  const digest = createHash('sha256').update(`${FORMAT} ${file} ${content}`).digest('hex')
  const kept = join(reportsFolder, 'instrumented', `${digest.slice(0, 24)}.json`)
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as Instrumented
  const instrumented = await instrumentText(file, content)
  mkdirSync(join(reportsFolder, 'instrumented'), { recursive: true })
  writeFileSync(kept, JSON.stringify(instrumented))
  return instrumented
}

export async function instrumentText(file: string, content: string): Promise<Instrumented> {
  const { files, mutants } = await new Instrumenter(silent).instrument(
    [{ name: file, mutate: true, content }],
    { plugins: null, excludedMutations: [], ignorers: [messages] },
  )
  const lines = content.split('\n')
  const placed = mutants.filter(({ status }) => status !== 'Ignored')
  const found = placed.map(({ id, location: { start, end }, replacement }) => ({
    id: `${file}:${id}`,
    file,
    // The instrumenter counts lines from 0.
    line: start.line + 1,
    endLine: end.line + 1,
    original: textBetween(lines, start, end),
    replacement,
  }))
  const code = withFile(files[0]?.content ?? content, file)
  return { file, code, mutants: withKeys(found) }
}

interface Position {
  readonly line: number
  readonly column: number
}

function textBetween(lines: readonly string[], start: Position, end: Position): string {
  const chosen = lines.slice(start.line, end.line + 1)
  chosen[chosen.length - 1] = chosen.at(-1)?.slice(0, end.column) ?? ''
  chosen[0] = chosen[0]?.slice(start.column) ?? ''
  return chosen.join('\n')
}

/** Ids are numbered in each file: with its name they are unique. */
function withFile(code: string, file: string): string {
  return code.replaceAll(/\b(stry(?:MutAct|Cov)_9fa48)\(("\d+"(?:, "\d+")*)\)/g, (_, name, ids) => {
    return `${name}(${(ids as string).replaceAll(/"(\d+)"/g, `"${file}:$1"`)})`
  })
}
