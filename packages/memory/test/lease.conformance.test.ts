import { conformance } from '@tokenward/conformance'
import { underLease } from '@tokenward/testbed'
import * as runner from 'vitest'
import startMemory from './server.ts'

conformance({
  ...underLease('memory'),
  runner,
  server: startMemory,
  repository: new URL('./repository.ts', import.meta.url),
})
