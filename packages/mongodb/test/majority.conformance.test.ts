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
    runs: 8,
    always: [
      'insert-if-absent',
      'conditional-replace',
      'repeated-write',
      'entries-independent',
      'register-race',
      'reads-not-coalesced',
      'namespaces-apart',
      'linearizable-register',
      'replies-in-order',
      'aborted-signal',
      'closed-repository',
      'largest-body',
      'revoke-then-verify',
    ],
  },
})
