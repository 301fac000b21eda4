import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startEtcd } from './server.ts'

conformance({
  runner,
  server: startEtcd,
  repository: new URL('./repository.ts', import.meta.url),
})
