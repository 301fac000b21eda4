import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startRedis from './server.ts'
import { shortened } from './short.ts'

conformance({
  only: shortened,
  runner,
  name: 'redis 8',
  server: () => startRedis('8'),
  repository: new URL('./repository.ts', import.meta.url),
})
