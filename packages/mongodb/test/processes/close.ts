// Closes while the driver reads a certificate, before it connects, and ends when nothing is left open.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { mongodb } from '../../src/index.ts'

const [, , port = '', certificate = ''] = process.argv

// A parent that was killed closes this input, which does not keep the process alive.
process.stdin.on('end', () => process.exit(1)).resume()
Reflect.get(process.stdin, 'unref')?.call(process.stdin)

const options = `directConnection=true&tls=true&tlsCAFile=${encodeURIComponent(certificate)}`
const repository = mongodb(`mongodb://127.0.0.1:${port}/d?${options}`)
const opening = repository.open().catch((error) => error.code)
await repository.close()
// A socket that was just destroyed is gone some turns later.
while (left().length > 0) await nextTurn()
process.stdout.write(await opening)

function left(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /^(FSReq|TCP|TLS|Timeout)/.test(name))
}
