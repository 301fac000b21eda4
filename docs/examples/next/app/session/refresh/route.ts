import { refresh } from '@tokenward/http/endpoints'
import { route } from '../../../lib/route.ts'
import { cookie } from '../../../lib/tokens.ts'

export const POST = route((tokens) => refresh(tokens, { cookie, client: 'web' }))
