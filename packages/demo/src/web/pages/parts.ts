import { html } from 'hono/html'
import { formatTime } from '../words.ts'
import type { Html } from './layout.ts'

/** A state in one word, with a color that repeats what the word means. */
export function badge(state: 'active' | 'ended' | 'current', text: string): Html {
  return html`<span class="badge ${state}">${text}</span>`
}

/** @param at in ms since 1970 */
export function time(at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${formatTime(at)}</time>`
}

/** A message about what was just done, which screen readers announce. */
export function done(text: string | undefined): Html | '' {
  return text === undefined ? '' : html`<p class="notice" role="status">${text}</p>`
}

interface ReasonForm {
  /** Unique on its page. */
  readonly id: string
  readonly action: string
  readonly button: string
  /** What is wrong with what was sent. */
  readonly error?: string | undefined
}

/** A form that revokes something, with a reason. */
export function reasonForm({ id, action, button, error }: ReasonForm): Html {
  const hint = `${id}-hint`
  const described = error === undefined ? hint : `${hint} ${id}-error`
  return html`<form class="reason" method="post" action="${action}">
        <label for="${id}">Reason</label>
        <p class="hint" id="${hint}">The user can read it.</p>
        ${error === undefined ? '' : html`<p class="error" id="${id}-error">${error}</p>`}
        <div class="row">
          <input id="${id}" name="reason" required maxlength="200" autocomplete="off"
            aria-describedby="${described}" ${error === undefined ? '' : html`aria-invalid="true"`}>
          <button class="danger">${button}</button>
        </div>
      </form>`
}
