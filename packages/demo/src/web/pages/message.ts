import type { Context } from 'hono'
import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { layout } from './layout.ts'

const ACCOUNT = { path: '/', text: 'Go to your account' }

/** A page with a heading, a sentence, and a way on. */
function render(
  c: Context,
  status: ContentfulStatusCode,
  title: string,
  text: string,
  link: { readonly path: string; readonly text: string } = ACCOUNT,
): Response | Promise<Response> {
  const content = html`<section class="narrow">
        <h1>${title}</h1>
        <p class="lead">${text}</p>
        <p><a class="button" href="${link.path}">${link.text}</a></p>
      </section>`
  return c.html(layout({ title, content }), status)
}

export function renderForbidden(c: Context): Response | Promise<Response> {
  const text = 'This page is for support. Log in as Robin to see it.'
  return render(c, 403, 'You cannot open this page', text)
}

export function renderBusy(c: Context): Response | Promise<Response> {
  const text = 'Another tab refreshed your session at this moment. You are still signed in.'
  return render(c, 409, 'Reload this page', text, { path: c.req.path, text: 'Reload' })
}

export function renderNotFound(c: Context): Response | Promise<Response> {
  return render(c, 404, 'There is no such page', 'The address is wrong, or its record was removed.')
}

export function renderCrossSite(c: Context): Response | Promise<Response> {
  const text = 'The request did not come from a page of this application. Nothing was changed.'
  return render(c, 403, 'The request was refused', text)
}

/** It is unknown what is stored: the user stays signed in. */
export function renderUnavailable(c: Context): Response | Promise<Response> {
  c.header('retry-after', '5')
  const text = 'The token store does not answer. You stay signed in: try again in a moment.'
  return render(c, 503, 'Please try again', text)
}

export function renderError(c: Context): Response | Promise<Response> {
  return render(c, 500, 'Something went wrong', 'The error was written to the log of the server.')
}
