// The entry point for adapters: the contract, and what every adapter needs. Applications use `@tokenward/core`.
export {
  type Capabilities,
  type Durability,
  type Finding,
  ignoreAssumed,
} from './adapter/capabilities.ts'
export { decodeRecord, encodeRecord } from './adapter/codec.ts'
export {
  corruptRecord,
  type RecordKind,
  type RecordState,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from './adapter/contract.ts'
export { AdapterFault, Closed, InvalidInput, NotPrepared, UnsupportedOperation } from './errors.ts'
