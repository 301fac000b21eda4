// The cases that have many clients at once and judge afterwards what they saw.
export { linearizableProcesses } from './adapter/linearizable-processes.ts'
export { linearizableRegister } from './adapter/linearizable-register.ts'
export { linearizableRestart } from './adapter/linearizable-restart.ts'
