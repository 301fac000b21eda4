import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { disturbAll } from './network-trials.ts'

const refusedPort: Case = {
  row: 17,
  name: 'refused-port',
  level: 'engine',
  guards: 'a server that cannot be reached is a typed error within the deadline, not an answer',
  gate: claims('network'),
  run: async (bench) => void (await disturbAll(bench, { is: 'refuse' })),
}

const blackHole: Case = {
  row: 18,
  name: 'black-hole',
  level: 'engine',
  guards: 'a server that falls silent on open connections keeps nobody past the deadline',
  gate: claims('network'),
  run: async (bench) => void (await disturbAll(bench, { is: 'black-hole' })),
}

const halfReply: Case = {
  row: 19,
  name: 'half-reply',
  level: 'engine',
  guards: 'a reply that was cut in the middle is an error, and no answer is made of its half',
  gate: claims('network'),
  run: async (bench) => void (await disturbAll(bench, { is: 'half-reply' })),
}

const resetAfterSend: Case = {
  row: 20,
  name: 'reset-after-send',
  level: 'engine',
  guards: 'a write whose reply was lost is indeterminate; repeated, it means the same',
  gate: claims('network'),
  run: async (bench) => void (await disturbAll(bench, { is: 'reset-after-send' })),
}

const lateReply: Case = {
  row: 21,
  name: 'late-reply',
  level: 'engine',
  guards: 'a reply that comes too late is thrown away, and no other request gets it',
  gate: claims('network'),
  // Held until the call has given it up, and let go to meet the next: whatever the machine is busy with.
  run: async (bench) => void (await disturbAll(bench, { is: 'held-reply' })),
}

export const cases: readonly Case[] = [refusedPort, blackHole, halfReply, resetAfterSend, lateReply]
