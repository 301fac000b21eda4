import type { Explanation, ListedSession } from '@tokenward/core'
import { html } from 'hono/html'
import type { Device } from '../device.ts'
import { findClient } from '../users.ts'
import type { SignedIn } from '../visitor.ts'
import { endInWords } from '../words.ts'
import { type Html, layout } from './layout.ts'
import { badge, done, time } from './parts.ts'

/** A session that is not accepted any more, and what `explain` returned for it. */
export type EndedSession = readonly [session: ListedSession<Device>, explanation: Explanation]

interface SessionsPage {
  readonly visitor: SignedIn
  readonly active: readonly ListedSession<Device>[]
  readonly ended: readonly EndedSession[]
  /** What was just done. */
  readonly message?: string | undefined
}

export function sessionsPage({ visitor, active, ended, message }: SessionsPage): Html {
  const content = html`<h1>Your sessions</h1>
      <p class="lead">Where you are signed in. The names of devices and their details are stored encrypted, and
        are not part of any token.</p>
      ${done(message)}
      <section aria-labelledby="active">
        <h2 id="active">Signed in</h2>
        <ul class="list">
          ${active.map((each) => activeItem(each, each.session === visitor.session))}
        </ul>
        ${active.length > 1 ? signOutOthers() : html`<p class="empty">You are not signed in anywhere else.</p>`}
      </section>
      <section aria-labelledby="ended">
        <h2 id="ended">Ended</h2>
        ${
          ended.length === 0
            ? html`<p class="empty">No session has ended yet.</p>`
            : html`<ul class="list">${ended.map(endedItem)}</ul>`
        }
      </section>`
  return layout({ title: 'Your sessions', user: visitor.user, current: '/sessions', content })
}

function activeItem(session: ListedSession<Device>, isCurrent: boolean): Html {
  const badges = html`${isCurrent ? badge('current', 'This device') : ''} ${badge('active', 'Active')}`
  return item(session, badges)
}

function endedItem([session, explanation]: EndedSession): Html {
  const { state, reason } = endInWords(explanation)
  const line = reason === undefined ? undefined : html`<p>Reason: ${reason}</p>`
  return item(session, badge('ended', state), line)
}

function item(session: ListedSession<Device>, badges: Html, reason: Html | '' = ''): Html {
  const { label, client = '', createdAt, lastUsedAt, data } = session
  return html`<li class="item">
            <div class="head"><strong>${label ?? 'Unknown device'}</strong> ${badges}</div>
            ${reason}
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
