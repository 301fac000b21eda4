export type { GuardOptions } from './guard/options.ts'
export { Auth, Public, RequireScope } from './nest/decorators.ts'
export { type NestRequest, TokenwardGuard } from './nest/guard.ts'
export {
  TokenwardModule,
  type TokenwardModuleAsyncOptions,
  type TokenwardModuleOptions,
} from './nest/module.ts'
