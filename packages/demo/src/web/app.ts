import { isTokenwardError } from '@tokenward/core'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { assetRoutes } from './assets.ts'
import { renderError, renderNotFound, renderUnavailable } from './pages/message.ts'
import { accountRoutes } from './routes/account.ts'
import { loginRoutes } from './routes/login.ts'
import { supportRoutes } from './routes/support.ts'
import type { Services } from './services.ts'

/** The largest form, in bytes. */
const MAX_FORM_BYTES = 16_384

/** Only files of this application, and no script or style within a page. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
}

/** @param log is called with each unexpected error */
export function createApp(services: Services, log: (error: Error) => void): Hono {
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: CONTENT_SECURITY_POLICY,
      // With `no-referrer`, the default, browsers send forms with `Origin: null`, which no cookie endpoint accepts.
      referrerPolicy: 'same-origin',
      // The demo uses http on localhost.
      strictTransportSecurity: false,
    }),
  )
  app.route('/', assetRoutes())
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES }))
  app.use(async (c, next) => {
    await next()
    // A page that the browser kept would show a session that has ended.
    c.header('cache-control', 'no-store')
  })
  app.route('/', loginRoutes(services))
  app.route('/', accountRoutes(services))
  app.route('/', supportRoutes(services))
  app.notFound(renderNotFound)
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    if (isUnavailable(error)) return renderUnavailable(c)
    log(error)
    return renderError(c)
  })
  return app
}

function isUnavailable(error: Error): boolean {
  return (
    isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE') ||
    isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE')
  )
}
