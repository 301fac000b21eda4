import { join, resolve } from 'node:path'

export const repositoryRoot: string = resolve(import.meta.dirname, '../../..')
export const coreSources: string = join(repositoryRoot, 'packages/core/src')
export const reasonsFolder: string = resolve(import.meta.dirname, '../reasons')
/** Results, and what can be made again. */
export const reportsFolder: string = join(
  process.env['TOKENWARD_REPORTS'] ?? join(repositoryRoot, 'reports'),
  'mutants',
)
