import { UsageError } from '../exit-code.ts'
import { conflictsWithConfig } from '../resolve-options.ts'
import type { Values } from './spec.ts'

/** For the commands that are about one user at the instance's own issuer. */
export const SUBJECT = {
  subject: { value: 'ID', help: 'this user' },
  issuer: { value: 'URL', help: 'issuer URL (required with --store)' },
} as const

/** For those of them that can be limited to one client. */
export const AT_CLIENT = {
  client: { value: 'ID', help: 'only at this client' },
} as const

export function requireSubject(values: Values<typeof SUBJECT>, fromUrl: boolean): string {
  const { subject, issuer } = values
  if (!fromUrl && issuer !== undefined) throw conflictsWithConfig('issuer')
  if (fromUrl && issuer === undefined) throw new UsageError('--issuer is required with --store.')
  if (subject === undefined) throw new UsageError('No user: add --subject ID.')
  return subject
}
