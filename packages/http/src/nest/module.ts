import {
  type DynamicModule,
  type FactoryProvider,
  Module,
  type ModuleMetadata,
} from '@nestjs/common'
import { Guard } from '../guard/guard.ts'
import type { GuardOptions, Verifier } from '../guard/options.ts'
import { GUARD, type NestRequest, TokenwardGuard } from './guard.ts'

/** The options of the module. */
export interface TokenwardModuleOptions extends GuardOptions<NestRequest> {
  /** The instance that verifies tokens. */
  readonly tokens: Verifier
}

/** How the options are made: from other providers, or asynchronously. */
export interface TokenwardModuleAsyncOptions
  extends Pick<ModuleMetadata, 'imports'>,
    Pick<FactoryProvider<TokenwardModuleOptions>, 'inject' | 'useFactory'> {}

/** A global module that provides {@link TokenwardGuard}. */
// biome-ignore lint/complexity/noStaticOnlyClass: the modules of Nest are classes
export class TokenwardModule {
  /**
   * @throws `TOKENWARD_INVALID_INPUT` when the application starts: an option is wrong
   * @example
   * imports: [TokenwardModule.forRoot({ tokens })]
   */
  static forRoot(options: TokenwardModuleOptions): DynamicModule {
    return TokenwardModule.forRootAsync({ useFactory: () => options })
  }

  /**
   * @throws `TOKENWARD_INVALID_INPUT` when the application starts: an option is wrong
   * @example
   * TokenwardModule.forRootAsync({ inject: [TOKENS], useFactory: (tokens: Tokenward) => ({ tokens }) })
   */
  static forRootAsync(options: TokenwardModuleAsyncOptions): DynamicModule {
    const { imports = [], inject = [], useFactory } = options
    const guard: FactoryProvider<Guard<object, NestRequest>> = {
      provide: GUARD,
      inject,
      useFactory: async (...dependencies) => {
        const { tokens, ...guardOptions } = await useFactory(...dependencies)
        return new Guard<object, NestRequest>(tokens, guardOptions)
      },
    }
    return {
      module: TokenwardModule,
      global: true,
      imports,
      providers: [guard, TokenwardGuard],
      exports: [GUARD, TokenwardGuard],
    }
  }
}

Module({})(TokenwardModule)
