import { resolve } from 'node:path'

export const repositoryRoot: string = resolve(import.meta.dirname, '../../..')
export const packagesFolder: string = resolve(repositoryRoot, 'packages')
export const reportsFolder: string = resolve(repositoryRoot, 'reports')
