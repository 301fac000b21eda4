import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startPostgres from './server.ts'

for (const version of ['15', '18']) {
  conformance({
    runner,
    name: `postgres ${version}`,
    server: () => startPostgres(version),
    repository: new URL('./repository.ts', import.meta.url),
  })
}
