// The entry point `@tokenward/conformance/known-bad`: adapters and cores with one defect each,
// and the run that shows which case catches each of them.
export { knownBadAdapters } from './adapters/all.ts'
export type { KnownBadAdapter } from './adapters/known-bad-adapter.ts'
export { type KnownBad, knownBad } from './all.ts'
export { knownBadEngines } from './engines/all.ts'
export { evictingEngines } from './engines/evicting-stores.ts'
export { defineEngines, type KnownBadEngine, type Patch } from './engines/known-bad-engine.ts'
export { loadEngine } from './engines/load.ts'
export { writeKnownBad } from './run/report.ts'
export { type KnownBadOptions, type KnownBadResult, tryKnownBad } from './run/run-all.ts'
export { uncatchableCases } from './run/uncatchable-cases.ts'
