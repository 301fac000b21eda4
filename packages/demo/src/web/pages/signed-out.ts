import type { Explanation } from '@tokenward/core'
import { html } from 'hono/html'
import { signedOutText } from '../words.ts'
import { type Html, layout } from './layout.ts'

/** @param explanation of the token in the cookie, which is not accepted any more */
export function signedOutPage(explanation: Explanation): Html {
  const { title, text, reason } = signedOutText(explanation)
  const content = html`<section class="narrow">
        <h1>${title}</h1>
        <p class="lead">${text}</p>
        ${reason === undefined ? '' : html`<figure><figcaption>Reason</figcaption><blockquote>${reason}</blockquote></figure>`}
        <p><a class="button" href="/login">Log in again</a></p>
      </section>`
  return layout({ title, content })
}
