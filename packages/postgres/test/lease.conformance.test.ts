import { conformance } from '@tokenward/conformance'
import { leaseCases } from '@tokenward/testbed'
import * as runner from 'vitest'
import startPostgres from './server.ts'

conformance({
  ...leaseCases(),
  runner,
  name: 'postgres under a lease',
  lease: '50ms',
  server: () => startPostgres('15'),
  repository: new URL('./repository.ts', import.meta.url),
  rounds: 10,
})
