import { refresh } from '@tokenward/http/endpoints'
import { route } from '../../../lib/route'
import { cookie } from '../../../lib/tokens'

export const POST = route((tokens) => refresh(tokens, { cookie, client: 'web' }))
