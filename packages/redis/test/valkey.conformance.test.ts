import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startRedis from './server.ts'
import { shortened } from './short.ts'

conformance({
  only: shortened,
  runner,
  name: 'redis valkey',
  server: () => startRedis('valkey'),
  repository: new URL('./repository.ts', import.meta.url),
})
