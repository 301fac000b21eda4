import { bearer } from '@tokenward/http'
import { route } from '../../lib/route.ts'

export const GET = route((tokens) =>
  bearer(tokens)(({ auth }) => Response.json({ user: auth.subject, scopes: auth.scopes })),
)
