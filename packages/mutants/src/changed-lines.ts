import { execFileSync } from 'node:child_process'
import type { Mutant } from './mutant.ts'
import { repositoryRoot } from './paths.ts'

/** By file, relative to `folder`: the first and last line of each change since a commit. */
export type ChangedLines = ReadonlyMap<string, readonly (readonly [first: number, last: number])[]>

/** @param folder relative to the repository */
export function changedLines(revision: string, folder: string): ChangedLines {
  const diff = execFileSync(
    'git',
    ['diff', '--unified=0', '--no-color', `--relative=${folder}`, revision, '--', '.'],
    { cwd: repositoryRoot, encoding: 'utf8' },
  )
  return linesOf(diff)
}

export function linesOf(diff: string): ChangedLines {
  const changes = new Map<string, [number, number][]>()
  let ranges: [number, number][] = []
  for (const line of diff.split('\n')) {
    const [, file] = /^\+\+\+ b\/(.+)$/.exec(line) ?? []
    const [, start, count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
    if (file !== undefined) {
      ranges = []
      changes.set(file, ranges)
    }
    if (start !== undefined) ranges.push([Number(start), Number(start) + Number(count) - 1])
  }
  return changes
}

export function isChanged(changes: ChangedLines, { file, line, endLine }: Mutant): boolean {
  return (changes.get(file) ?? []).some(([first, last]) => line <= last && endLine >= first)
}
