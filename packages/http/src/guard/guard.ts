import type { Inactive, VerifyOptions } from '@tokenward/core'
import type { Answer } from '../answers/answer.ts'
import { challengeHeader } from '../answers/challenge.ts'
import { type Failure, failureAnswer, SERVER_ERROR, UNAVAILABLE } from '../answers/failure.ts'
import { type Credentials, readCredentials, type Scheme } from '../request/credentials.ts'
import { acceptOf, authorizationOf, type IncomingRequest } from '../request/incoming.ts'
import { type Auth, toAuth } from './auth.ts'
import { checkConfirmation } from './confirmation.ts'
import { isUnavailable, toGuardError } from './guard-error.ts'
import {
  type GuardOptions,
  type GuardSettings,
  parseGuardOptions,
  parseVerifier,
  type Verifier,
} from './options.ts'
import { INSUFFICIENT_SCOPE, INVALID_TOKEN, reportRefusal, UNAUTHENTICATED } from './refusal.ts'

/** What a guard decided. `auth` is `null` where a request needs no credentials and has none. */
export type Decision<C extends object = object> =
  | { readonly allowed: true; readonly auth: Auth<C> | null }
  | { readonly allowed: false; readonly answer: Answer }

/** Decides about requests. Every binding calls one, and adds no decision of its own. */
export class Guard<C extends object, R extends IncomingRequest> {
  readonly #tokens: Verifier<C>
  readonly #settings: GuardSettings<R>
  readonly #verifyOptions: VerifyOptions | undefined

  /** @throws `TOKENWARD_INVALID_INPUT` */
  constructor(tokens: Verifier<C>, options: GuardOptions<R> = {}) {
    this.#tokens = parseVerifier(tokens)
    this.#settings = parseGuardOptions(options)
    const { audience, confirm } = this.#settings
    const verifyOptions = {
      ...(audience === undefined ? {} : { audience }),
      ...(confirm === undefined ? {} : { acceptKeyBound: true }),
    }
    // Core checks no options where there are none.
    this.#verifyOptions = Object.keys(verifyOptions).length > 0 ? verifyOptions : undefined
  }

  /**
   * Decides about a request.
   * @param scope what this operation needs, beside the option `scope`
   * @throws GuardError where the guard itself failed
   */
  async check(request: R, scope?: string): Promise<Decision<C>> {
    const { isOptional, schemes } = this.#settings
    const credentials = readCredentials(authorizationOf(request), schemes)
    if (credentials === null && isOptional) return { allowed: true, auth: null }
    if (credentials === null) return this.#refuse(request, UNAUTHENTICATED, { scope })
    if ('status' in credentials) return this.#refuse(request, credentials, { scope })
    const result = await this.#verify(request, credentials)
    const details = { scope, scheme: credentials.scheme }
    if (result instanceof Error) return this.#refuse(request, UNAVAILABLE, { cause: result })
    if ('active' in result) return this.#refuse(request, INVALID_TOKEN, { ...details, result })
    return this.checkScope(request, result, scope, credentials.scheme)
  }

  /**
   * Decides whether an accepted token has the scope that an operation needs.
   * @param auth `null`: the request had no credentials, and is refused
   */
  checkScope(request: R, auth: Auth<C> | null, scope?: string, scheme?: Scheme): Decision<C> {
    if (auth === null) return this.#refuse(request, UNAUTHENTICATED, { scope })
    const needed = this.#neededScope(scope)?.split(' ') ?? []
    const isSufficient = needed.every((value) => auth.scopes.includes(value))
    if (isSufficient) return { allowed: true, auth }
    return this.#refuse(request, INSUFFICIENT_SCOPE, { scope, scheme })
  }

  /** @returns the error where it is unknown whether the token is accepted */
  async #verify(request: R, credentials: Credentials): Promise<Auth<C> | Inactive | Error> {
    const { token } = credentials
    try {
      const result = await this.#tokens.verify(token, this.#verifyOptions)
      if (!result.active) return result
      const unconfirmed = await checkConfirmation(
        result.claims,
        credentials,
        request,
        this.#settings,
      )
      return unconfirmed ?? toAuth(token, result)
    } catch (error) {
      if (isUnavailable(error)) return error
      reportRefusal(this.#settings.onRefused, SERVER_ERROR, { cause: error })
      throw toGuardError(error)
    }
  }

  /** All values, each once: a client asks for all of them at once (RFC 6750 §3.1). */
  #neededScope(scope: string | undefined): string | undefined {
    const all = [this.#settings.scope, scope].flatMap((each) => each?.split(' ') ?? [])
    return all.length === 0 ? undefined : [...new Set(all)].join(' ')
  }

  #refuse(request: R, failure: Failure, details: RefusalDetails): Decision<C> {
    reportRefusal(this.#settings.onRefused, failure, details)
    const challenges = failure.status === 503 ? undefined : this.#challenges(failure, details)
    return { allowed: false, answer: failureAnswer(failure, acceptOf(request), challenges) }
  }

  #challenges({ error, description }: Failure, { scope, scheme }: RefusalDetails): string {
    const { realm, resourceMetadata, schemes } = this.#settings
    const errorFields = error === undefined ? {} : { error, errorDescription: description }
    const fields = { realm, ...errorFields, scope: this.#neededScope(scope), resourceMetadata }
    const named = scheme === undefined ? schemes : [scheme]
    return named.map((each) => challengeHeader({ scheme: each, ...fields })).join(', ')
  }
}

interface RefusalDetails {
  readonly scope?: string | undefined
  readonly scheme?: Scheme | undefined
  readonly result?: Inactive
  readonly cause?: unknown
}
