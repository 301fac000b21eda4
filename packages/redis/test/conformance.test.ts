import { conformance } from '@tokenward/conformance'
import { sampleOfEngine } from '@tokenward/testbed'
import * as runner from 'vitest'
import startRedis from './server.ts'

conformance({
  runner,
  server: startRedis,
  repository: new URL('./repository.ts', import.meta.url),
  sample: sampleOfEngine('redis'),
})
