// The entry point `@tokenward/conformance/linearizability`: records what clients of a register saw, and
// checks whether one order of all operations explains every answer.
export {
  describeResult,
  type CheckOptions,
  checkHistory,
  type Linearizable,
  type NotLinearizable,
  type LinearizabilityResult,
} from './check.ts'
export { fromJsonLines, toJsonLines } from './json-lines.ts'
export type { Etag, Operation } from './operation.ts'
export { type HistoryRecorder, historyRecorder, monotonic } from './recorder.ts'
export type { HistorySegment } from './search.ts'
export { INVARIANTS } from './violations.ts'
