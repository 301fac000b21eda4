import { type ArgumentsHost, Catch } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'
import { TokenwardError } from '@tokenward/core'
import type { Response } from 'express'

/** Guards and endpoints answer 503 themselves. This is for the login. */
@Catch(TokenwardError)
export class UnavailableFilter extends BaseExceptionFilter {
  override catch(error: TokenwardError, host: ArgumentsHost): void {
    if (!error.retryable) {
      super.catch(error, host)
      return
    }
    const response = host.switchToHttp().getResponse<Response>()
    response.status(503).set('retry-after', '5').json({ error: 'temporarily_unavailable' })
  }
}
