import { conformance } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startReplicaSetOrStandIn } from './server.ts'

// The set can fail over where the image of MongoDB is available. A stand-in has one member.
conformance({
  runner,
  name: 'mongodb replica set',
  server: startReplicaSetOrStandIn,
  repository: new URL('./repository.ts', import.meta.url),
  only: {
    cases: ['failover', 'deposed-primary', 'linearizable-register', 'revoke-then-verify'],
    reason: 'all other cases run on a set of one member',
  },
})
