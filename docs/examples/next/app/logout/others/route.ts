import { logout } from '@tokenward/http/endpoints'
import { route } from '../../../lib/route.ts'
import { cookie } from '../../../lib/tokens.ts'

export const POST = route((tokens) => logout(tokens, { cookie, sessions: 'others' }))
