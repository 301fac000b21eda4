import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { disturbAll } from './network-trials.ts'

const refusedPort: Case = {
  planRow: 17,
  name: 'refused-port',
  level: 'engine',
  catches: 'a server that cannot be reached is a typed error within the deadline, not an answer',
  requires: claims('network'),
  run: async (context) => void (await disturbAll(context, { type: 'refuse' })),
}

const blackHole: Case = {
  planRow: 18,
  name: 'black-hole',
  level: 'engine',
  catches: 'a server that falls silent on open connections delays no call past the deadline',
  requires: claims('network'),
  run: async (context) => void (await disturbAll(context, { type: 'black-hole' })),
}

const halfReply: Case = {
  planRow: 19,
  name: 'half-reply',
  level: 'engine',
  catches: 'a reply that was cut in the middle is an error, and its half is not used',
  requires: claims('network'),
  run: async (context) => void (await disturbAll(context, { type: 'half-reply' })),
}

const resetAfterSend: Case = {
  planRow: 20,
  name: 'reset-after-send',
  level: 'engine',
  catches: 'a write whose reply was lost is indeterminate; repeated, it has the same effect',
  requires: claims('network'),
  run: async (context) => void (await disturbAll(context, { type: 'reset-after-send' })),
}

const lateReply: Case = {
  planRow: 21,
  name: 'late-reply',
  level: 'engine',
  catches: 'a reply that comes too late is discarded, and no other request gets it',
  requires: claims('network'),
  // Held until the call was aborted, and released to meet the next one, however busy the machine
  // is.
  run: async (context) => void (await disturbAll(context, { type: 'held-reply' })),
}

export const cases: readonly Case[] = [refusedPort, blackHole, halfReply, resetAfterSend, lateReply]
