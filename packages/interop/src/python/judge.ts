import { AuthorizationServer } from '../authorization-server.ts'
import { runJudge } from '../program.ts'
import { installPython } from './install.ts'

/** Refresh, introspect, revoke and verify by the libraries of Python. */
export async function judgePython(): Promise<void> {
  const python = await installPython()
  await using server = await AuthorizationServer.start()
  const env = { INTEROP_ISSUER: server.issuer, PYTHONDONTWRITEBYTECODE: '1' }
  await runJudge('python', python, ['-u', 'main.py'], { cwd: import.meta.dirname, env })
}
