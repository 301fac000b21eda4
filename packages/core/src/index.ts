export type { Capabilities, Durability, Finding } from './adapter/capabilities.ts'
export { ignoreAssumed } from './adapter/capabilities.ts'
export { decodeRecord, encodeRecord } from './adapter/codec.ts'
export type {
  RecordKind,
  RecordState,
  StoredRecord,
  TokenRepository,
  Write,
} from './adapter/contract.ts'
export { corruptRecord } from './adapter/contract.ts'
export type { CloseOptions } from './calls.ts'
export { decide } from './decision/decide.ts'
export type { Decision, Evidence, Reason, Refusal, Rules, TokenFacts } from './decision/types.ts'
export {
  AdapterFault,
  Closed,
  type ErrorCode,
  InvalidInput,
  isTokenwardError,
  KeysUnavailable,
  NotPrepared,
  PolicyRefused,
  StoreUnavailable,
  TokenwardError,
  UnsupportedOperation,
  WriteIndeterminate,
} from './errors.ts'
export type { Duration } from './input/duration.ts'
export { trust } from './input/trust.ts'
export { generateKeys } from './jwt/generate-keys.ts'
export { prepare } from './operations/prepare.ts'
export type { RevocationScope } from './scopes/scopes.ts'
export { createTokenward } from './tokenward.ts'
export type { IssueOptions, OneOrMany, RotateOptions, VerifyOptions } from './types/call-options.ts'
export type { Events, Listener } from './types/events.ts'
export type {
  Lifetimes,
  SigningKeys,
  TokenwardOptions,
  TrustedIssuer,
  TrustOptions,
} from './types/options.ts'
export type {
  Active,
  Claims,
  Explanation,
  Health,
  Inactive,
  Issued,
  IssuerHealth,
  Listed,
  Login,
  NotRevoked,
  Page,
  Prepared,
  Pruned,
  PruneOptions,
  RecordCheck,
  Revoked,
  RotateResult,
  SaveResult,
  VerifyResult,
} from './types/results.ts'
export type {
  RevocationNote,
  RevokeTargetOptions,
  RevokeTokenOptions,
  Target,
} from './types/revoke-options.ts'
export type { Tokenward } from './types/tokenward.ts'
