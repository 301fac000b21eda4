import { AuthorizationServer } from '../authorization-server.ts'
import { requireTool, runJudge } from '../program.ts'

/** Refresh, introspect, revoke and verify by the libraries of Go. */
export async function judgeGo(): Promise<void> {
  await requireTool('go', ['version'], 'Go 1.26 or newer')
  await using server = await AuthorizationServer.start()
  await using openid = await AuthorizationServer.start({ openid: true })
  const env = { INTEROP_ISSUER: server.issuer, INTEROP_OPENID_ISSUER: openid.issuer }
  await runJudge('go', 'go', ['run', '.'], { cwd: import.meta.dirname, env })
}
