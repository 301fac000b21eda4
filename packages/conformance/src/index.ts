// What an adapter author needs. The other entry points are `./harness`, `./known-bad` and
// `./linearizability`.
export { cases } from './cases/all.ts'
export type { Address } from './fault-proxy/address.ts'
export type { Bench, Overrides } from './harness/case-context.ts'
export type { RepositoryFactory } from './harness/load-repository.ts'
export type {
  Accounts,
  CallerOwned,
  Member,
  ServerHandle,
  ServerName,
  UnsafeBackend,
} from './harness/server-handle.ts'
export type { Case, Entry, Level, Planned } from './suite/case.ts'
export { conformance } from './suite/conformance.ts'
export type { ConformanceOptions } from './suite/options.ts'
export type { Report } from './suite/report.ts'
export type { Gate, Setting } from './suite/requirements.ts'
export type { Mode, Outcome } from './suite/result.ts'
export { runCase } from './suite/run-case.ts'
export type { Runner, TestBody, TestContext } from './suite/runner.ts'
