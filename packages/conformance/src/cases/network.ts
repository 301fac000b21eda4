// The cases that need a server behind a network.
export { cutReplies, lateReplies } from './adapter/network.ts'
export { kill9Server } from './engine/killed-servers.ts'
export { leastPrivilege } from './engine/least-privilege.ts'
export {
  blackHole,
  halfReply,
  lateReply,
  refusedPort,
  resetAfterSend,
} from './engine/network-faults.ts'
export { joinOnWire, winBackOnWire } from './engine/network-lost-answers.ts'
export { poolExhausted, recover } from './engine/network-recovery.ts'
