import {
  type CanActivate,
  type ExecutionContext,
  HttpException,
  Inject,
  Injectable,
} from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { Answer } from '../answers/answer.ts'
import type { Auth } from '../guard/auth.ts'
import type { Guard } from '../guard/guard.ts'
import { GuardError } from '../guard/guard-error.ts'
import type { NodeRequest } from '../request/incoming.ts'
import { IS_PUBLIC, SCOPE } from './decorators.ts'

/** A request of Nest, on Express or Fastify. */
export interface NestRequest extends NodeRequest {
  auth?: Auth | null
}

/** The provider of the guard that all bindings share. */
export const GUARD: unique symbol = Symbol('tokenward:guard')

/** Guards HTTP routes, except those with `@Public()`. Use it by `@UseGuards`, or for all as `APP_GUARD`. */
export class TokenwardGuard implements CanActivate {
  readonly #guard: Guard<object, NestRequest>
  readonly #reflector: Reflector

  constructor(guard: Guard<object, NestRequest>, reflector: Reflector) {
    this.#guard = guard
    this.#reflector = reflector
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const places = [context.getClass(), context.getHandler()]
    if (this.#reflector.getAllAndOverride<boolean | undefined>(IS_PUBLIC, places)) return true
    if (context.getType() !== 'http') throw new GuardError(NOT_HTTP)
    const request = context.switchToHttp().getRequest<NestRequest>()
    const scope = this.#reflector.getAllAndMerge<string[]>(SCOPE, places).join(' ')
    const decision = await this.#guard.check(request, scope === '' ? undefined : scope)
    if (!decision.allowed) throw toException(decision.answer, context)
    if (decision.auth !== null) request.auth = decision.auth
    return true
  }
}

const NOT_HTTP = new Error('TokenwardGuard guards only HTTP routes.')

// Decorators as functions: Node runs TypeScript without them.
Injectable()(TokenwardGuard)
Inject(GUARD)(TokenwardGuard, undefined, 0)
Inject(Reflector)(TokenwardGuard, undefined, 1)

/** The headers are set here: an exception of Nest has none. */
function toException({ status, headers, body }: Answer, context: ExecutionContext): HttpException {
  const response = context.switchToHttp().getResponse<NestResponse>()
  for (const [name, value] of Object.entries(headers)) response.header(name, value)
  return new HttpException(JSON.parse(body) as Record<string, unknown>, status)
}

/** What responses of Express and replies of Fastify have in common. */
interface NestResponse {
  header(name: string, value: string): unknown
}
