// The entry point for applications. Adapters use `@tokenward/core/adapter`.
export type { Capabilities, Durability, Finding } from './adapter/capabilities.ts'
export type { RecordKind, RecordState, TokenRepository } from './adapter/contract.ts'
export type { Reason } from './decision/types.ts'
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
export { generateSealingKey } from './sealing/generate-key.ts'
export { createTokenward } from './tokenward.ts'
export type {
  CloseOptions,
  ConsumeOptions,
  IssueOptions,
  ListOptions,
  OneOrMany,
  PrepareOptions,
  PruneOptions,
  RotateOptions,
  VerifyOptions,
} from './types/call-options.ts'
export type {
  DataUpdate,
  Erased,
  EraseOptions,
  ListedSession,
  Resealed,
  ResealOptions,
  ResealProgress,
  SessionPage,
  SessionsOptions,
  StoredData,
} from './types/data.ts'
export type { AnyListener, Events, Listener } from './types/events.ts'
export type {
  Explanation,
  Health,
  IssuerHealth,
  Listed,
  Page,
  RecordCheck,
  RecordNames,
  SigningKeyHealth,
} from './types/inspection.ts'
export type { MessageClaims, Received, ReceiveOptions } from './types/messages.ts'
export type {
  CacheOptions,
  Lifetimes,
  SigningKeys,
  TokenwardOptions,
  TrustedIssuer,
  TrustOptions,
} from './types/options.ts'
export type {
  Active,
  Claims,
  Inactive,
  Issued,
  Login,
  NotRevoked,
  Prepared,
  Pruned,
  Revoked,
  RotateResult,
  SaveResult,
  VerifyResult,
} from './types/results.ts'
export type {
  AllExcept,
  RevocationNote,
  RevokeTargetOptions,
  RevokeTokenOptions,
  Target,
} from './types/revoke-options.ts'
export type { KeyContext, KeyManagement, SealingKey, SealingKeys } from './types/sealing.ts'
export type {
  LoadSigningKeys,
  SigningKey,
  SigningKeyList,
  SigningKeyPair,
  SigningService,
} from './types/signing.ts'
export type { Tokenward } from './types/tokenward.ts'
export type { OperationMessage, OperationName, StoreCall, StoreMessage } from './types/tracing.ts'
