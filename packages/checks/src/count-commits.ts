import { spawnSync } from 'node:child_process'
import { repositoryRoot } from './paths.ts'

/** How many commits led to this one; nothing outside of a Git repository. */
export function countCommits(): string {
  const options = { cwd: repositoryRoot, encoding: 'utf8' } as const
  return spawnSync('git', ['rev-list', '--count', 'HEAD'], options).stdout?.trim() ?? ''
}
