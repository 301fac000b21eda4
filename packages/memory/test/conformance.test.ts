import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startMemory from './server.ts'

conformance({
  runner,
  server: startMemory,
  repository: new URL('./repository.ts', import.meta.url),
})
