// The cases that need a server of a special kind: that has others beside it, a disk, or scripts.
export { deposedPrimary } from './adapter/deposed-primary.ts'
export { powerLoss } from './adapter/power-loss.ts'
export { failover } from './engine/killed-servers.ts'
export { ringDeath } from './engine/ring-death.ts'
export { scriptFlush } from './engine/script-flush.ts'
