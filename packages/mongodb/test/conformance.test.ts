import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startMongodb from './server.ts'

conformance({
  runner,
  server: startMongodb,
  repository: new URL('./repository.ts', import.meta.url),
  sample: { runs: 6, of: 'engine' },
})
