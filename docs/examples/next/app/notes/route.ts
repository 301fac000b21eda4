import { bearer } from '@tokenward/http'
import { route } from '../../lib/route.ts'

export const POST = route((tokens) =>
  bearer(tokens, { scope: 'notes:write' })(({ auth }) => {
    return Response.json({ author: auth.subject }, { status: 201 })
  }),
)
