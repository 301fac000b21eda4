/** The part of a browser that a login needs: it stores cookies and stops at every redirect. */
export class Browser {
  readonly #cookies = new Map<string, string>()

  /** Opens a page or sends a form, and returns the target of the redirect. */
  async open(url: string | URL, form?: Record<string, string>): Promise<URL> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: this.#cookieHeader() },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) this.#store(cookie)
    const location = response.headers.get('location')
    if (location === null) {
      throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
    }
    await response.body?.cancel()
    return new URL(location, url)
  }

  #cookieHeader(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #store(cookie: string): void {
    const [pair = ''] = cookie.split(';')
    const equals = pair.indexOf('=')
    this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1))
  }
}
