import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { sample } from './sample.ts'
import startRedis from './server.ts'

conformance({
  sample,
  runner,
  name: 'redis valkey',
  server: () => startRedis('valkey'),
  repository: new URL('./repository.ts', import.meta.url),
})
