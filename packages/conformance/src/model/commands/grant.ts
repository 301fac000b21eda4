import type { IssueOptions } from '@tokenward/core'
import type { Claims } from '../model.ts'

export const OTHER_AUDIENCE = 'https://other.example'

/** What is chosen for an issue. */
export interface Choices {
  readonly index: number
  readonly subject: string
  readonly client: string
  readonly isLogin: boolean
  readonly claims: Claims
  readonly scope: string | undefined
  readonly lifetime: number | undefined
  readonly elsewhere: boolean
  readonly hasData: boolean
}

/** The options of an issue. */
export function grantOf(
  { subject, client, claims, scope, lifetime, elsewhere }: Choices,
  role: string | undefined,
  data: object | null,
): IssueOptions & { readonly refresh?: true } {
  return {
    subject,
    client,
    ...(scope !== undefined && { scope }),
    ...(lifetime !== undefined && { lifetime: `${lifetime}ms` as const }),
    ...(elsewhere && { audience: OTHER_AUDIENCE }),
    ...(data && { data }),
    ...(claims !== 'none' && { claims: claims === 'object' ? { role } : () => ({ role }) }),
  }
}
