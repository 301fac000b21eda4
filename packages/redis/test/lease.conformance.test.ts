import { conformance } from '@tokenward/conformance'
import { underLease } from '@tokenward/testbed'
import * as runner from 'vitest'
import startRedis from './server.ts'

conformance({
  ...underLease('redis'),
  runner,
  server: () => startRedis('7'),
  repository: new URL('./repository.ts', import.meta.url),
})
