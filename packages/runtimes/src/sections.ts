import type { Column } from './results.ts'
import { FLAGS } from './run-in.ts'
import { RUNTIMES, titleOf } from './versions.ts'
import { code, escaped } from './words.ts'

/** Which cases ran on memory, and why each of the others did not. */
export function memorySection(columns: readonly Column[]): string {
  if (columns.length === 0) return ''
  const names = new Set(columns.flatMap(({ outcomes }) => outcomes.map(({ name }) => name)))
  return [
    '## The cases on memory',
    '',
    `Memory was run with all ${names.size} cases of the suite about the engine, ${roundsOf(columns)}. Not run:`,
    '',
    ...leftOut(columns),
  ].join('\n')
}

/** Which cases ran on the servers, what the servers were, and how the stores were opened. */
export function driversSection(columns: readonly Column[]): string {
  if (columns.length === 0) return ''
  const names = new Set(columns.flatMap(({ outcomes }) => outcomes.map(({ name }) => name)))
  return [
    '## The cases on servers',
    '',
    `The other columns were run with ${names.size} cases, ${roundsOf(columns)}: ${code([...names])}.`,
    'Each store was opened by its URL, its file or its database alone: nothing was set by `assume`. What it reported',
    'when it was opened:',
    '',
    ...openedStores(columns),
    '',
    'Not run:',
    '',
    ...leftOut(columns),
    '',
    ...RUNTIMES.flatMap((name) =>
      FLAGS[name] ? [`${titleOf(name)} was started with \`${FLAGS[name].join(' ')}\`.`] : [],
    ),
  ].join('\n')
}

function roundsOf(columns: readonly Column[]): string {
  const rounds = [...new Set(columns.map((column) => column.rounds))].sort((a, b) => a - b)
  return rounds.join() === '1'
    ? 'in one round each'
    : `in at most ${rounds.join(' or ')} rounds each`
}

function openedStores(columns: readonly Column[]): string[] {
  return columns.map(({ title, adapter, server = '', store }) => {
    if (store === undefined) return `- ${adapter} on ${server}, ${title}: it did not open.`
    const { durability, findings } = store
    const found = findings.length === 0 ? 'no findings' : `findings ${code(findings)}`
    return `- ${adapter} on ${server}, ${title}: \`${durability}\`, ${found}.`
  })
}

/** Cases of one reason share a line, and columns of one reason share a case. */
function leftOut(columns: readonly Column[]): string[] {
  const columnsOf = new Map<string, string[]>()
  for (const { title, adapter, outcomes } of columns) {
    for (const { name, status, reason = '' } of outcomes) {
      if (status !== 'not-run') continue
      const key = JSON.stringify([reason, name])
      const label = adapter === 'memory' ? title : `${adapter} (${title})`
      columnsOf.set(key, [...(columnsOf.get(key) ?? []), label])
    }
  }
  const namesOf = new Map<string, string[]>()
  for (const [key, labels] of columnsOf) {
    const [reason, name] = JSON.parse(key) as [string, string]
    const where = labels.length === columns.length ? '' : ` (${labels.join(', ')})`
    const line = `${escaped(reason)}${where}`
    namesOf.set(line, [...(namesOf.get(line) ?? []), name])
  }
  if (namesOf.size === 0) return ['- none']
  return [...namesOf].map(([reason, names]) => `- ${code(names)}: ${reason}`)
}
