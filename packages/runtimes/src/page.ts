import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packagesFolder } from './paths.ts'
import type { SharedInstanceTrial } from './requests/shared-instance.ts'
import { trialSection } from './requests/table.ts'
import type { Column } from './results.ts'
import { driversSection, memorySection } from './sections.ts'
import { RUNTIMES } from './versions.ts'
import { essence } from './words.ts'

const PAGE = join(packagesFolder, '../docs/runtimes.md')
const BEGIN = '<!-- runtimes: begin -->'
const END = '<!-- runtimes: end -->'

/** Puts everything that a run can contradict between the marks of the page. */
export function writePage(
  columns: readonly Column[],
  trials: readonly SharedInstanceTrial[],
): void {
  const page = readFileSync(PAGE, 'utf8')
  const [before = ''] = page.split(BEGIN)
  const after = page.split(END)[1] ?? ''
  const sections = [
    matrix(columns),
    memorySection(columns.filter(({ adapter }) => adapter === 'memory')),
    driversSection(columns.filter(({ adapter }) => adapter !== 'memory')),
    trialSection(trials),
  ].filter((section) => section !== '')
  writeFileSync(PAGE, `${before}${BEGIN}\n${sections.join('\n\n')}\n${END}${after}`)
}

/** A row for each runtime, a column for each store, and a list of what has failed. */
export function matrix(columns: readonly Column[]): string {
  const adapters = [...new Set(columns.map(({ adapter }) => adapter))].sort(memoryFirst)
  const rows = RUNTIMES.flatMap((name) => {
    const own = columns.filter(({ runtime }) => runtime === name)
    const [first] = own
    if (first === undefined) return []
    const cells = adapters.map((adapter) => cell(own.find((each) => each.adapter === adapter)))
    return [`| ${first.title} | ${cells.join(' | ')} |`]
  })
  const failed = columns.flatMap(failures)
  return [
    `| | ${adapters.join(' | ')} |`,
    `| --- |${' --- |'.repeat(adapters.length)}`,
    ...rows,
    ...(failed.length === 0 ? [] : ['', 'What has failed:', '', ...failed]),
  ].join('\n')
}

function cell(column: Column | undefined): string {
  if (column === undefined) return 'not tried'
  const count = (wanted: string) => column.outcomes.filter(({ status }) => status === wanted).length
  const parts = [`${count('passed')} passed`]
  if (count('failed') > 0) parts.push(`**${count('failed')} failed**`)
  if (count('not-run') > 0) parts.push(`${count('not-run')} not run`)
  if (column.problem !== '') parts.push('**ended early**')
  return parts.join(', ')
}

function failures({ title, adapter, outcomes, problem }: Column): string[] {
  const failed = outcomes.filter(({ status }) => status === 'failed')
  return [
    ...failed.map(
      ({ name, reason = '' }) => `- ${title}, ${adapter}, \`${name}\`: ${essence(reason)}`,
    ),
    ...(problem === '' ? [] : [`- ${title}, ${adapter}: ${essence(problem)}`]),
  ]
}

function memoryFirst(a: string, b: string): number {
  return Number(b === 'memory') - Number(a === 'memory') || a.localeCompare(b)
}
