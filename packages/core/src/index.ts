export { decide } from './decide/decide.ts'
export type { Decision, Evidence, Presented, Reason, Refusal, Rules } from './decide/evidence.ts'
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
} from './engine/answers.ts'
export type { CloseOptions } from './engine/calls.ts'
export { createTokenward } from './engine/create.ts'
export type { Events, Listener } from './engine/events.ts'
export { prepare } from './engine/prepare.ts'
export type { Tokenward } from './engine/tokenward.ts'
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
} from './errors/errors.ts'
export type { Duration } from './input/duration.ts'
export type { IssueOptions, OneOrMany, RotateOptions, VerifyOptions } from './input/grant.ts'
export type {
  Lifetimes,
  SigningKeys,
  TokenwardOptions,
  TrustedIssuer,
  TrustOptions,
} from './input/options.ts'
export type {
  RevocationNote,
  RevokeTargetOptions,
  RevokeTokenOptions,
  Target,
} from './input/target.ts'
export { trust } from './input/trust.ts'
export { generateKeys } from './jwt/generate-keys.ts'
export type { RevocationScope } from './naming/scopes.ts'
export type { Capabilities, Durability, Finding } from './repository/capabilities.ts'
export { ignoreAssumed } from './repository/capabilities.ts'
export { decodeRecord, encodeRecord } from './repository/codec.ts'
export type {
  RecordKind,
  RecordState,
  StoredRecord,
  TokenRepository,
  Write,
} from './repository/contract.ts'
export { corruptRecord } from './repository/contract.ts'
