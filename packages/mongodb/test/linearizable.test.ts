import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startReplicaSetOrStandIn } from './server.ts'

// The cases that depend on how records are read. On a replica set of three members where the image of
// MongoDB is available.
conformance({
  runner,
  name: 'mongodb linearizable',
  server: startReplicaSetOrStandIn,
  repository: new URL('./linearizable-repository.ts', import.meta.url),
  only: [
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
})
