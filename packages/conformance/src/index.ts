export { Bench, ISSUER, type Overrides } from './bench/bench.ts'
export type { RepositoryFactory } from './bench/factory.ts'
export type {
  Accounts,
  CallerOwned,
  Member,
  ServerHandle,
  ServerName,
  UnsafeBackend,
} from './bench/server.ts'
export { type Stage, setStage } from './bench/stage.ts'
export { cases } from './cases/all.ts'
export { lateAfter } from './cases/engine/lateness.ts'
export { conformance } from './conformance.ts'
export { INVARIANTS } from './history/findings.ts'
export { exportHistory, fromJsonLines, toJsonLines } from './history/json-lines.ts'
export {
  describeVerdict,
  type JudgeOptions,
  judgeHistory,
  type Linearizable,
  type NotLinearizable,
  type Verdict,
} from './history/judge.ts'
export type { Etag, Operation } from './history/operation.ts'
export { type HistoryRecorder, historyRecorder, monotonic } from './history/recorder.ts'
export type { Piece } from './history/search.ts'
export { knownBadAdapterNamed, knownBadAdapters } from './known-bad/adapters/all.ts'
export type { KnownBadAdapter } from './known-bad/adapters/known-bad-adapter.ts'
export { type KnownBad, knownBad } from './known-bad/all.ts'
export { badStage } from './known-bad/bad-stage.ts'
export type { KnownBadEngine, Patch } from './known-bad/engines/known-bad-engine.ts'
export { loadEngine } from './known-bad/engines/load.ts'
export { type KnownBadOptions, type Row, tryKnownBad } from './matrix/matrix.ts'
export { writeKnownBad } from './matrix/report.ts'
export type { Address } from './network/address.ts'
export type { Connection } from './network/connection.ts'
export type { Fault } from './network/fault.ts'
export { FaultProxy } from './network/proxy.ts'
export { runCase } from './run-case.ts'
export { explain, type Search, search } from './simulation/fleet.ts'
export type { Failure, Ran } from './simulation/messages.ts'
export type { Durability, Limits } from './simulation/setting.ts'
export { type Outcome as Simulated, type Replay, Simulator } from './simulation/simulate.ts'
export type { Case, Entry, Level, Planned } from './suite/case.ts'
export type { Gate, Setting } from './suite/gates.ts'
export type { ConformanceOptions } from './suite/options.ts'
export { type Judged, judge, type Mode, type Outcome } from './suite/outcome.ts'
export type { Report } from './suite/report.ts'
export type { Runner, TestBody, TestContext } from './suite/runner.ts'
