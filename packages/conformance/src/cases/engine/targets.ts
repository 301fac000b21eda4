import type { Login, Target } from '@tokenward/core'
import { ISSUER } from '../../harness/instance-options.ts'

/** Every scope that contains a login of `subject` at `client`. */
export function targetsOf(login: Login, subject = 'ada', client = 'web'): readonly Target[] {
  return [
    { session: login.session },
    { subject, client },
    { subject },
    { client },
    { issuer: ISSUER },
    { everything: true },
  ]
}

export function nameOf(target: Target): string {
  return Object.keys(target).join('+')
}
