import { html } from 'hono/html'
import { CLIENTS, USERS } from '../users.ts'
import { type Html, layout } from './layout.ts'

interface Choice {
  readonly id: string
  readonly name: string
  readonly about: string
}

/** @param error what is wrong with the form that was sent */
export function loginPage(error?: string): Html {
  const content = html`<section class="narrow">
        <h1>Log in</h1>
        <p class="lead">There are no passwords here: say who you are. A real application would check a passkey,
          a password, or the answer of an identity provider before it issues tokens.</p>
        ${error === undefined ? '' : html`<p class="error" role="alert">${error}</p>`}
        <form method="post" action="/login">
          ${choices('user', 'Who are you?', USERS)}
          ${choices('client', 'Where do you log in?', CLIENTS)}
          <button>Log in</button>
        </form>
      </section>`
  return layout({ title: 'Log in', content })
}

function choices(name: string, legend: string, all: readonly Choice[]): Html {
  return html`<fieldset>
            <legend>${legend}</legend>
            ${all.map(
              ({ id, name: label, about }, index) => html`<label class="choice">
              <input type="radio" name="${name}" value="${id}" required ${index === 0 ? html`checked` : ''}>
              <span><strong>${label}</strong> <span class="hint">${about}</span></span>
            </label>`,
            )}
          </fieldset>`
}
