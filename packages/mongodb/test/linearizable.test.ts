import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startReplicaSetOrStandIn } from './server.ts'

// On a replica set of three members where the image of MongoDB is available.
conformance({
  runner,
  name: 'mongodb linearizable',
  server: startReplicaSetOrStandIn,
  repository: new URL('./linearizable-repository.ts', import.meta.url),
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
      'linearizable-processes',
      'replies-in-order',
      'aborted-signal',
      'closed-repository',
      'largest-body',
      'revoke-then-verify',
      'failover',
      'deposed-primary',
    ],
  },
})
