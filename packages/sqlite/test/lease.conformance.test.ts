import { conformance } from '@tokenward/conformance'
import { leaseCases } from '@tokenward/testbed'
import * as runner from 'vitest'
import startSqlite from './server.ts'

conformance({
  ...leaseCases(),
  runner,
  name: 'sqlite under a lease',
  lease: '50ms',
  server: startSqlite,
  repository: new URL('./repository.ts', import.meta.url),
  rounds: 10,
})
