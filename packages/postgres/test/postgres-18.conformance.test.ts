import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startPostgres from './server.ts'

conformance({
  runner,
  name: 'postgres 18',
  server: () => startPostgres('18'),
  repository: new URL('./repository.ts', import.meta.url),
  rounds: 10,
  sample: { runs: 8 },
})
