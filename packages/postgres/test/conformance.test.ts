import { conformance } from '@tokenward/conformance'
import { sampleOfEngine } from '@tokenward/testbed'
import * as runner from 'vitest'
import startPostgres from './server.ts'

conformance({
  runner,
  name: 'postgres 15',
  server: () => startPostgres('15'),
  repository: new URL('./repository.ts', import.meta.url),
  sample: sampleOfEngine('postgres'),
})
