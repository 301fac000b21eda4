import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startFor } from './server.ts'

conformance({
  runner,
  server: () => startFor('memcached'),
  repository: new URL('./repository.ts', import.meta.url),
})
