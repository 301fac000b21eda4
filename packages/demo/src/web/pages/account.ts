import { html } from 'hono/html'
import { findClient } from '../users.ts'
import type { SignedIn } from '../visitor.ts'
import { type Html, layout } from './layout.ts'
import { badge, time } from './parts.ts'

export function accountPage({ user, client, label, expiresAt }: SignedIn): Html {
  const content = html`<h1>Hello ${user.name}</h1>
      <section class="card" aria-labelledby="session">
        <div class="head title">
          <h2 id="session">This session</h2>
          ${badge('active', 'Active')}
        </div>
        <dl>
          <div><dt>Device</dt><dd>${label}</dd></div>
          <div><dt>Application</dt><dd>${findClient(client)?.name ?? client}</dd></div>
          <div><dt>Ends, unless it is used</dt><dd>${time(expiresAt)}</dd></div>
        </dl>
        <p><a href="/sessions">See all your sessions</a></p>
      </section>
      ${tab()}`
  return layout({ title: 'Account', user, current: '/', content })
}

/** What page.js shows and does. */
function tab(): Html {
  return html`<section class="card" aria-labelledby="tab" data-tab>
        <h2 id="tab">This tab</h2>
        <p>A tab holds an access token for one minute, and gets the next one by the cookie of the session.
          <a href="/" target="_blank">Open a second tab</a>, then refresh both at once: they share one cookie,
          and both stay signed in.</p>
        <p class="state" role="status" data-state>Getting an access token …</p>
        <noscript><p class="error">This part of the page needs JavaScript. Everything else works without.</p></noscript>
        <div class="row">
          <button type="button" data-refresh-all>Refresh all tabs at once</button>
          <button type="button" class="quiet" data-refresh>Refresh this tab</button>
          <button type="button" class="quiet" data-ask>Ask the API who I am</button>
        </div>
        <h3>Log of this tab</h3>
        <ol class="log" data-log></ol>
      </section>`
}
