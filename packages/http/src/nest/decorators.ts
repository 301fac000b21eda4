import {
  type CustomDecorator,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
} from '@nestjs/common'
import type { Auth as GuardAuth } from '../guard/auth.ts'
import { parseScope } from '../options/checks.ts'

export const IS_PUBLIC = 'tokenward:public'
export const SCOPE = 'tokenward:scope'

/** What the guard knows of the token. */
export type Auth<C extends object = object> = GuardAuth<C>

/**
 * The parameter that receives what the guard knows of the token. `undefined` on public routes, and where
 * the token is optional and missing.
 * @example
 * @Get()
 * list(@Auth() auth: Auth) {}
 */
export const Auth: () => ParameterDecorator = createParamDecorator(
  (_: unknown, context: ExecutionContext): unknown => {
    return context.switchToHttp().getRequest<{ auth?: GuardAuth }>().auth
  },
)

/** A controller or a method that the guard does not look at. */
export function Public(): CustomDecorator {
  return SetMetadata(IS_PUBLIC, true)
}

/**
 * The scope that a controller or a method needs, beside that of the module. Those of both count.
 * @throws `TOKENWARD_INVALID_INPUT`: the scope is wrong
 * @example
 * @RequireScope('notes:read notes:write')
 */
export function RequireScope(scope: string): CustomDecorator {
  return SetMetadata(SCOPE, parseScope('scope', scope).split(' '))
}
