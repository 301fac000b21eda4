import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startFor } from './server.ts'

conformance({
  runner,
  name: 'memcached memcache-client',
  server: async () => ({ ...(await startFor('memcache-client')), roundsShare: 0.5 }),
  repository: new URL('./repository.ts', import.meta.url),
})
