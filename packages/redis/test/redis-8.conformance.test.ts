import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startRedis from './server.ts'
import { subset } from './subset.ts'

conformance({
  only: subset,
  runner,
  name: 'redis 8',
  server: () => startRedis('8'),
  repository: new URL('./repository.ts', import.meta.url),
})
