/**
 * The entry point for adapters: the contract, and the adapter kit, which holds what the adapters of
 * different stores have in common. Applications use `@tokenward/core`, which loads none of the kit.
 */
export { ClientCalls, raceAbort } from './adapter/abort.ts'
export {
  type Capabilities,
  type Durability,
  type Finding,
  ignoreAssumed,
  type Role,
  type RoleNames,
} from './adapter/capabilities.ts'
export { decodeRecord, encodeRecord } from './adapter/codec.ts'
export {
  corruptRecord,
  type ListPosition,
  type RecordKind,
  type RecordState,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from './adapter/contract.ts'
export { decodeOnce } from './adapter/decode-once.ts'
export { errorCode, noAnswer, SOCKET_HELP, withHelp } from './adapter/help.ts'
export { Lifecycle, type LifecycleOptions } from './adapter/lifecycle.ts'
export { keepSubscribed, type SubscriptionOptions } from './adapter/notifications.ts'
export {
  type Assumed,
  parseAssumed,
  parseName,
  parseNamespace,
  parseObject,
  parseOneOf,
  parseStoreOptions,
  type StoreOptions,
} from './adapter/options.ts'
export {
  assertRetained,
  isEtag,
  isRecordKind,
  isRecordState,
  newestFirst,
} from './adapter/records.ts'
export { AdapterFault, Closed, InvalidInput, NotPrepared, UnsupportedOperation } from './errors.ts'
