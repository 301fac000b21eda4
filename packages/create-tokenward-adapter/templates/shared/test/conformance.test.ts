import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startMyStore } from './server.ts'

conformance({
  runner,
  server: startMyStore,
  requireServer: true,
  repository: new URL('./repository.ts', import.meta.url),
})
