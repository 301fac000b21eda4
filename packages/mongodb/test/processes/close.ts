// Closes while the driver reads a certificate, before it connects, and writes what is left open then.
import { mongodb } from '../../src/index.ts'

const [, , port = '', certificate = ''] = process.argv

// A parent that was killed closes this input, which does not keep the process alive.
process.stdin.on('end', () => process.exit(1)).resume()
Reflect.get(process.stdin, 'unref')?.call(process.stdin)

const options = `directConnection=true&tls=true&tlsCAFile=${encodeURIComponent(certificate)}`
const repository = mongodb(`mongodb://127.0.0.1:${port}/d?${options}`)
const opening = repository.open().catch((error) => error.code)
await repository.close()
const left = process
  .getActiveResourcesInfo()
  .filter((name) => /^(FSReq|TCP|TLS|Timeout)/.test(name))
process.stdout.write([await opening, ...left].join())
