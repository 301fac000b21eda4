// What an adapter author needs. The other entry points are `./harness`, `./known-bad` and
// `./linearizability`.
export { cases } from './cases/all.ts'
export type { Address } from './fault-proxy/address.ts'
export type { CaseContext } from './harness/case-context.ts'
export type { InstanceOverrides } from './harness/instance-options.ts'
export type { RepositoryFactory } from './harness/load-repository.ts'
export type {
  CallerOwned,
  ServerAccounts,
  ServerHandle,
  ServerMember,
  ServerName,
  UnsafeBackend,
} from './harness/server-handle.ts'
export type { Case, CaseLevel, PlannedCase, SuiteEntry } from './suite/case.ts'
export { conformance } from './suite/conformance.ts'
export type { ConformanceOptions, Sample, Subset } from './suite/options.ts'
export type { Report } from './suite/report.ts'
export type { Requirement, SuiteContext } from './suite/requirements.ts'
export type { CaseResult, RunMode } from './suite/result.ts'
export { runCase } from './suite/run-case.ts'
export type { Runner, TestBody, TestContext } from './suite/runner.ts'
