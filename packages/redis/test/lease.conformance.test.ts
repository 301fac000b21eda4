import { conformance } from '@tokenward/conformance'
import { leaseCases } from '@tokenward/testbed'
import * as runner from 'vitest'
import startRedis from './server.ts'

conformance({
  ...leaseCases(),
  runner,
  name: 'redis under a lease',
  lease: '50ms',
  server: () => startRedis('7'),
  repository: new URL('./repository.ts', import.meta.url),
  rounds: 10,
})
