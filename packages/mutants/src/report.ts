import { isKilled, type Result } from './mutant.ts'
import { type Reasons, reasonFor } from './reasons.ts'
import { scoreOf } from './results.ts'

export interface Part {
  /** A folder of core, or an adapter. */
  readonly name: string
  readonly results: readonly Result[]
  readonly reasons: Reasons
  /** Reasons of mutants that do not exist any more. */
  readonly unused: readonly string[]
}

/** Survivors without a reason: with one of these the command exits with 1. */
export function unexplained({ results, reasons }: Part): readonly Result[] {
  return results.filter((result) => !isKilled(result) && !isExplained(result, reasons))
}

/** What is not judged needs no reason. */
function isExplained({ status, mutant }: Result, reasons: Reasons): boolean {
  return status === 'unjudged' || reasonFor(reasons, mutant) !== undefined
}

export function reportOf(parts: readonly Part[]): string {
  return `# Mutants\n\n${tableOf(parts)}\n\n${parts.map(survivorsOf).join('\n')}`
}

export function tableOf(parts: readonly Part[]): string {
  const rows = parts.map((part) => {
    const { name, results, reasons } = part
    const count = (...statuses: readonly Result['status'][]) =>
      results.filter(({ status }) => statuses.includes(status)).length
    const score = scoreOf(results, () => false)
    const explained = scoreOf(results, (result) => isExplained(result, reasons))
    const cells = [
      name,
      results.length,
      count('killed'),
      count('timeout'),
      count('survived'),
      count('not-covered'),
      count('unjudged'),
      percent(score),
      percent(explained),
      unexplained(part).length,
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| part | mutants | killed | timeout | survived | not covered | unjudged | score | without explained | unexplained |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function percent(score: number | null): string {
  return score === null ? '–' : `${score.toFixed(1)} %`
}

function survivorsOf({ name, results, reasons, unused }: Part): string {
  const lines = results
    .filter((result) => !isKilled(result) && result.status !== 'unjudged')
    .map(({ mutant, status }) => {
      const reason = reasonFor(reasons, mutant) ?? '**no reason given**'
      const { file, line, key } = mutant
      return `- ${file}:${line} (${status}): \`\` ${key} \`\`: ${reason}`
    })
  const obsolete = unused.map((each) => `- a reason without a mutant: ${each}`)
  const all = [...lines, ...obsolete].join('\n')
  return `## ${name}\n\n${all === '' ? 'No survivors.' : all}\n`
}
