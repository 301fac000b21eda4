import type { ListedSession } from '@tokenward/core'
import { html } from 'hono/html'
import type { Device } from '../device.ts'
import { findClient, type User } from '../users.ts'
import { reasonInWords } from '../words.ts'
import { type Html, layout } from './layout.ts'
import { badge, done, reasonForm, time } from './parts.ts'

interface SupportUserPage {
  /** The user who looks at the page. */
  readonly user: User
  /** The user who is shown. */
  readonly shown: User
  readonly sessions: readonly ListedSession<Device>[]
  readonly message?: string | undefined
  readonly error?: string | undefined
}

export function supportUserPage(page: SupportUserPage): Html {
  const { user, shown, sessions, message, error } = page
  const { id, name } = shown
  const content = html`<p class="back"><a href="/support">Support</a></p>
      <h1>${name}</h1>
      <p class="lead">${shown.about}.</p>
      ${done(message)}
      <section aria-labelledby="sessions">
        <h2 id="sessions">Sessions</h2>
        ${
          sessions.length === 0
            ? html`<p class="empty">${name} has not logged in yet.</p>`
            : html`<ul class="list">${sessions.map(item)}</ul>`
        }
      </section>
      <section class="card" aria-labelledby="revoke">
        <h2 id="revoke">End all sessions of ${name}</h2>
        <p>${name} can log in again at once.</p>
        ${reasonForm({ id: 'user', action: `/support/users/${id}/revoke`, button: `Revoke ${name}`, error })}
      </section>`
  return layout({ title: `${name}, support`, user, current: '/support', content })
}

function item(session: ListedSession<Device>): Html {
  const { record, label, client = '', createdAt, lastUsedAt, active, reason } = session
  return html`<li class="item">
            <div class="head">
              <strong><a href="/support/sessions/${record}">${label ?? 'Unknown device'}</a></strong>
              ${active ? badge('active', 'Active') : badge('ended', reasonInWords(reason))}
            </div>
            <p class="hint">${findClient(client)?.name ?? client} · signed in ${time(createdAt)} · last used ${time(lastUsedAt)}</p>
          </li>`
}
