import { AuthorizationServer } from '../authorization-server.ts'
import { requireTool, runJudge } from '../program.ts'

const ARGS = ['-q', '-B', 'compiler:compile', 'exec:java'] as const

/** Refresh, introspect, revoke and verify by Spring Security. */
export async function judgeSpring(): Promise<void> {
  await requireTool('mvn', ['-version'], 'Maven 3.8 or newer')
  await requireTool('javac', ['--release', '17', '-version'], 'a JDK of Java 17 or newer')
  await using server = await AuthorizationServer.start()
  const env = { INTEROP_ISSUER: server.issuer }
  await runJudge('spring', 'mvn', ARGS, { cwd: import.meta.dirname, env })
}
