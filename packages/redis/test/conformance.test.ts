import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startRedis from './server.ts'

conformance({
  runner,
  server: startRedis,
  repository: new URL('./repository.ts', import.meta.url),
})
