// The entry point `@tokenward/conformance/linearizability`: records what clients of a register saw, and
// checks whether one order of all operations explains every answer.
export {
  describeVerdict,
  type JudgeOptions,
  judgeHistory,
  type Linearizable,
  type NotLinearizable,
  type Verdict,
} from './check.ts'
export { fromJsonLines, toJsonLines } from './json-lines.ts'
export type { Etag, Operation } from './operation.ts'
export { type HistoryRecorder, historyRecorder, monotonic } from './recorder.ts'
export type { Piece } from './search.ts'
export { INVARIANTS } from './violations.ts'
