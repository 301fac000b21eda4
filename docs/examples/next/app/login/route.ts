import { route } from '../../lib/route.ts'
import { cookie } from '../../lib/tokens.ts'
import { findUser } from '../../lib/users.ts'

export const POST = route((tokens) => async (request) => {
  // JSON alone: a form of another site cannot log its visitors in here.
  if (!request.headers.get('content-type')?.startsWith('application/json'))
    return Response.json({ error: 'the body must be JSON' }, { status: 415 })
  const body = await request.json().catch(() => null)
  const user = await findUser(body?.user, body?.password)
  if (user === null) return Response.json({ error: 'wrong user or password' }, { status: 401 })
  const login = await tokens.issue({ subject: user.name, client: 'web', scope: user.scope })
  const headers = { 'cache-control': 'no-store', 'set-cookie': cookie.set(login) }
  return Response.json(
    { access_token: login.accessToken, expires_in: login.expiresIn },
    { headers },
  )
})
