import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import startMongodb from './server.ts'

// Without a partition, majority reads from the primary are linearizable too.
conformance({
  runner,
  name: 'mongodb majority',
  server: startMongodb,
  repository: new URL('./majority-repository.ts', import.meta.url),
  sample: {
    runs: 20,
    always: [
      'conditional-replace',
      'reads-not-coalesced',
      'replies-in-order',
      'revoke-then-verify',
    ],
  },
})
