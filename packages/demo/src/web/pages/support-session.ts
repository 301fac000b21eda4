import type { Explanation, RecordCheck } from '@tokenward/core'
import { html } from 'hono/html'
import { findClient, nameOf, type User } from '../users.ts'
import { foundInWords, reasonInWords, scopeInWords } from '../words.ts'
import { type Html, layout } from './layout.ts'
import { badge, done, reasonForm, time } from './parts.ts'

interface SupportSessionPage {
  /** The user who looks at the page. */
  readonly user: User
  readonly record: string
  readonly explanation: Explanation
  readonly message?: string | undefined
  readonly error?: string | undefined
}

export function supportSessionPage(page: SupportSessionPage): Html {
  const { user, record, explanation, message, error } = page
  const { subject, client = '', label = 'Unknown device' } = namesOf(explanation)
  const content = html`<p class="back"><a href="/support">Support</a> / <a href="/support/users/${subject}">${nameOf(subject)}</a></p>
      <div class="head title">
        <h1>${label}</h1>
        ${stateBadge(explanation)}
      </div>
      <p class="lead">A session of ${nameOf(subject)} at the application ${findClient(client)?.name ?? client}.</p>
      ${done(message)}
      ${explanation.active ? '' : ending(explanation)}
      <section aria-labelledby="checks">
        <h2 id="checks">Why</h2>
        <p>These records were read, from the widest to the narrowest. One that revokes is enough.</p>
        <div class="scroll" tabindex="0" role="region" aria-labelledby="checks">
          <table>
            <thead>
              <tr><th scope="col">Record</th><th scope="col">Found</th><th scope="col">Result</th></tr>
            </thead>
            <tbody>
              ${explanation.checks.map((check) => checkRow(check, record))}
            </tbody>
          </table>
        </div>
      </section>
      ${explanation.active ? revokeCard(record, error) : ''}`
  return layout({ title: `${label}, support`, user, current: '/support', content })
}

export function namesOf({ checks }: Explanation): NonNullable<RecordCheck['names']> {
  return checks.find(({ names }) => names !== undefined)?.names ?? {}
}

function stateBadge({ active, reason }: Explanation): Html {
  return active ? badge('active', 'Active') : badge('ended', reasonInWords(reason))
}

function ending({ at, note }: Explanation): Html {
  return html`<section class="card" aria-labelledby="ended">
        <h2 id="ended">Ended</h2>
        <dl>
          ${at === undefined ? '' : html`<div><dt>Since</dt><dd>${time(at)}</dd></div>`}
          <div><dt>By</dt><dd>${note?.actor === undefined ? 'Unknown' : nameOf(note.actor)}</dd></div>
          <div><dt>Reason</dt><dd>${note?.reason ?? 'None was noted'}</dd></div>
        </dl>
      </section>`
}

function checkRow(check: RecordCheck, session: string): Html {
  const { scope, record, found, result, decisive, at } = check
  const isFine = result === 'not-revoked' || result === 'not-applicable'
  const text = isFine ? 'Does not revoke it' : reasonInWords(result)
  return html`<tr class="${decisive ? 'decisive' : ''}">
                <th scope="row">${record === session ? 'The session itself' : scopeInWords(scope)}</th>
                <td>${foundInWords(found)}</td>
                <td>${text}${decisive ? html` <strong>– this decided</strong>` : ''}${
                  isFine || at === undefined
                    ? ''
                    : html`<br><span class="hint">since ${time(at)}</span>`
                }</td>
              </tr>`
}

function revokeCard(record: string, error: string | undefined): Html {
  return html`<section class="card" aria-labelledby="revoke">
        <h2 id="revoke">End this session</h2>
        ${reasonForm({ id: 'session', action: `/support/sessions/${record}/revoke`, button: 'Revoke this session', error })}
      </section>`
}
