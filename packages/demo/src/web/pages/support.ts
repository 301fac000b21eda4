import { html } from 'hono/html'
import type { Client, User } from '../users.ts'
import { type Html, layout } from './layout.ts'
import { done, reasonForm } from './parts.ts'

/** How many sessions of a user are stored. */
export interface SessionCount {
  readonly active: number
  readonly ended: number
}

/** An error of the reason, and the form that it belongs to. */
export interface ReasonError {
  readonly id: string
  readonly text: string
}

interface SupportPage {
  readonly user: User
  readonly users: readonly (readonly [user: User, sessions: SessionCount])[]
  readonly clients: readonly Client[]
  readonly message?: string | undefined
  readonly error?: ReasonError | undefined
}

export function supportPage({ user, users, clients, message, error }: SupportPage): Html {
  const content = html`<h1>Support</h1>
      <p class="lead">Revoke access of a user, of one session, or of a whole application. It takes effect at the
        next request, in every tab and on every device.</p>
      ${done(message)}
      <section aria-labelledby="users">
        <h2 id="users">Users</h2>
        <ul class="list">
          ${users.map(([each, count]) => userItem(each, count))}
        </ul>
      </section>
      <section aria-labelledby="applications">
        <h2 id="applications">Applications</h2>
        <p>Ends the sessions of all users at one application, also yours if you use it.</p>
        ${clients.map((client) => clientCard(client, error))}
      </section>`
  return layout({ title: 'Support', user, current: '/support', content })
}

function userItem({ id, name, about }: User, { active, ended }: SessionCount): Html {
  const none = active + ended === 0
  return html`<li class="item">
            <div class="head"><strong><a href="/support/users/${id}">${name}</a></strong></div>
            <p class="hint">${about} · ${none ? 'no sessions' : `${active} active, ${ended} ended`}</p>
          </li>`
}

function clientCard({ id, name, about }: Client, error: ReasonError | undefined): Html {
  return html`<div class="card">
          <h3>${name}</h3>
          <p class="hint">${about}</p>
          ${reasonForm({
            id: `client-${id}`,
            action: `/support/clients/${id}/revoke`,
            button: `Revoke ${name}`,
            error: error?.id === `client-${id}` ? error.text : undefined,
          })}
        </div>`
}
