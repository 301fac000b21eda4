import { conformance } from '@tokenward/conformance'
import { leaseCases } from '@tokenward/testbed'
import * as runner from 'vitest'
import { startMemory } from './server.ts'

conformance({
  ...leaseCases(),
  runner,
  name: 'memory under a lease',
  lease: '50ms',
  server: startMemory,
  repository: new URL('./repository.ts', import.meta.url),
  rounds: 10,
})
