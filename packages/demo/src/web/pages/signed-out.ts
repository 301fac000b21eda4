import type { Inactive } from '@tokenward/core'
import type { Context } from 'hono'
import { html } from 'hono/html'
import { signedOutText } from '../words.ts'
import { layout } from './layout.ts'

/** The cookie is kept: another tab may have logged in meanwhile, and the next login replaces it. */
export function renderSignedOut(c: Context, result: Inactive): Response | Promise<Response> {
  if (result.reason === 'consumed') return renderBusy(c)
  const { title, text, reason } = signedOutText(result)
  const content = html`<section class="narrow">
        <h1>${title}</h1>
        <p class="lead">${text}</p>
        ${reason === undefined ? '' : html`<figure><figcaption>Reason</figcaption><blockquote>${reason}</blockquote></figure>`}
        <p><a class="button" href="/login">Log in again</a></p>
      </section>`
  return c.html(layout({ title, content }), 401)
}

function renderBusy(c: Context): Response | Promise<Response> {
  const title = 'Reload this page'
  const content = html`<section class="narrow">
        <h1>${title}</h1>
        <p class="lead">Another tab refreshed your session at this moment. You are still signed in.</p>
        <p><a class="button" href="">Reload</a></p>
      </section>`
  return c.html(layout({ title, content }), 409)
}
