import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { driverSample } from './driver-cases.ts'
import startPostgres from './server.ts'

conformance({
  ...driverSample,
  runner,
  name: 'postgres postgres.js',
  server: async () => {
    // The store makes the client itself.
    const { callerOwned: _, ...started } = await startPostgres('15')
    return started
  },
  repository: new URL('./postgres-js-repository.ts', import.meta.url),
  rounds: 10,
})
