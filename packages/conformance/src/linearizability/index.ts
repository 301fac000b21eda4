// The entry point `@tokenward/conformance/linearizability`: records what clients of a register
// saw, and checks whether one order of all operations explains every answer.
export {
  type CheckOptions,
  checkHistory,
  describeResult,
  type LinearizabilityResult,
  type Linearizable,
  type NotLinearizable,
} from './check.ts'
export { fromJsonLines, toJsonLines } from './json-lines.ts'
export type { Etag, Operation } from './operation.ts'
export { type HistoryRecorder, historyRecorder, monotonic } from './recorder.ts'
export type { HistorySegment } from './search.ts'
export { INVARIANTS } from './violations.ts'
