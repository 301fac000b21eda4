import { html } from 'hono/html'
import type { User } from '../users.ts'

/** A part of a page. Values that are put into it are escaped. */
export type Html = ReturnType<typeof html>

interface Layout {
  readonly title: string
  /** The signed-in user, whose navigation is shown. */
  readonly user?: User
  /** The path of the current page in the navigation. */
  readonly current?: string
  readonly content: Html
}

export function layout({ title, user, current = '', content }: Layout): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} – Tokenward demo</title>
    <link rel="stylesheet" href="/style.css">
    <link rel="icon" href="/icon.svg" type="image/svg+xml">
    <script type="module" src="/page.js"></script>
  </head>
  <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="bar">
      <p class="brand"><a href="/">Tokenward demo</a></p>
      ${user === undefined ? '' : navigation(user, current)}
    </header>
    <main id="main" tabindex="-1">
      ${content}
    </main>
    <footer>
      <p>An invented application. Its users and data exist until you stop it.</p>
    </footer>
  </body>
</html>`
}

function navigation(user: User, current: string): Html {
  const pages = [
    { path: '/', name: 'Account' },
    { path: '/sessions', name: 'Sessions' },
    ...(user.isSupport ? [{ path: '/support', name: 'Support' }] : []),
  ]
  return html`<nav aria-label="Main">
        <ul>
          ${pages.map(({ path, name }) => {
            return path === current
              ? html`<li><a href="${path}" aria-current="page">${name}</a></li>`
              : html`<li><a href="${path}">${name}</a></li>`
          })}
        </ul>
      </nav>
      <form class="sign-out" method="post" action="/sign-out">
        <span class="who">${user.name}</span>
        <button class="quiet">Sign out</button>
      </form>`
}
