// Closes the repository while the driver reads a certificate, before it connects. Ends when nothing is open.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { mongodb } from '../../src/index.ts'

const [, , port = '', certificate = ''] = process.argv

// The input closes when the parent is killed; it does not keep this process alive.
process.stdin.on('end', () => process.exit(1)).resume()
Reflect.get(process.stdin, 'unref')?.call(process.stdin)

const options = `directConnection=true&tls=true&tlsCAFile=${encodeURIComponent(certificate)}`
const repository = mongodb(`mongodb://127.0.0.1:${port}/d?${options}`)
const opening = repository.open().catch((error) => error.code)
await repository.close()
// A socket that was destroyed is closed some turns of the event loop later.
while (left().length > 0) await nextTurn()
process.stdout.write(await opening)

function left(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /^(FSReq|TCP|TLS|Timeout)/.test(name))
}
