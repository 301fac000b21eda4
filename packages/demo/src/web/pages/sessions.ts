import type { ListedSession } from '@tokenward/core'
import { html } from 'hono/html'
import type { Device } from '../device.ts'
import { findClient } from '../users.ts'
import type { SignedIn } from '../visitor.ts'
import { reasonInWords } from '../words.ts'
import { type Html, layout } from './layout.ts'
import { badge, done, time } from './parts.ts'

/** @param message what was just done */
export function sessionsPage(
  visitor: SignedIn,
  sessions: readonly ListedSession<Device>[],
  message?: string,
): Html {
  const active = sessions.filter((each) => each.active)
  const ended = sessions.filter((each) => !each.active)
  const content = html`<h1>Your sessions</h1>
      <p class="lead">Where you are signed in. The names of devices and their details are stored encrypted, and
        are not part of any token.</p>
      ${done(message)}
      <section aria-labelledby="active">
        <h2 id="active">Signed in</h2>
        <ul class="list">
          ${active.map((each) => item(each, each.session === visitor.session))}
        </ul>
        ${active.length > 1 ? signOutOthers() : html`<p class="empty">You are not signed in anywhere else.</p>`}
      </section>
      <section aria-labelledby="ended">
        <h2 id="ended">Ended</h2>
        ${
          ended.length === 0
            ? html`<p class="empty">No session has ended yet.</p>`
            : html`<ul class="list">${ended.map((each) => item(each, false))}</ul>`
        }
      </section>`
  return layout({ title: 'Your sessions', user: visitor.user, current: '/sessions', content })
}

function item(session: ListedSession<Device>, isCurrent: boolean): Html {
  const { label, client = '', createdAt, lastUsedAt, data, active, reason } = session
  return html`<li class="item">
            <div class="head">
              <strong>${label ?? 'Unknown device'}</strong>
              ${isCurrent ? badge('current', 'This device') : ''}
              ${active ? badge('active', 'Active') : badge('ended', reasonInWords(reason))}
            </div>
            <p class="hint">${findClient(client)?.name ?? client} · signed in ${time(createdAt)} · last used ${time(lastUsedAt)}</p>
            <details>
              <summary>Details</summary>
              <p class="hint"><code>${data?.userAgent || 'The browser sent no name.'}</code></p>
            </details>
          </li>`
}

function signOutOthers(): Html {
  return html`<form method="post" action="/sessions/sign-out-others">
          <button class="danger">Sign out all other devices</button>
        </form>`
}
