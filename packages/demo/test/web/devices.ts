import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'

/** Headers `User-Agent` as browsers send them. */
export const USER_AGENTS = {
  laptop: 'Mozilla/5.0 (X11; Linux x86_64; rv:152.0) Gecko/20100101 Firefox/152.0',
  phone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.3 Mobile/15E148 Safari/604.1',
  desk: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0',
} as const

/** The time in the application and the browser, in ms since 1970. */
export const START: number = Date.UTC(2027, 2, 8, 9, 12)

/** Less than the limit of a test, so that the error names what was waited for. */
const WAIT_TIMEOUT_MS = 120_000

/** A browser with cookies of its own: what a user has on one device. */
export interface Device {
  readonly context: BrowserContext
  /** What the console of its pages showed as errors or warnings, and errors that no script has caught. */
  readonly problems: string[]
  open(): Promise<Page>
}

/** Starts the browser. Each device is a context in it. */
export class Devices implements AsyncDisposable {
  readonly #browser: Browser
  readonly #origin: string

  private constructor(browser: Browser, origin: string) {
    this.#browser = browser
    this.#origin = origin
  }

  static async start(origin: string): Promise<Devices> {
    // Gray edges of letters: the pictures are smaller, and the same on every screen.
    const args = ['--disable-lcd-text', '--font-render-hinting=none']
    const executablePath = inject('chromium')
    return new Devices(await chromium.launch({ executablePath, args }), origin)
  }

  async add(userAgent: string = USER_AGENTS.laptop): Promise<Device> {
    const context = await this.#browser.newContext({
      baseURL: this.#origin,
      userAgent,
      viewport: { width: 780, height: 480 },
    })
    context.setDefaultTimeout(WAIT_TIMEOUT_MS)
    // Timers of pages run only where a test asks for it.
    await context.clock.install({ time: START })
    await context.clock.pauseAt(START + 1)
    const problems: string[] = []
    context.on('console', (message) => {
      const { url } = message.location()
      if (['error', 'warning'].includes(message.type()))
        problems.push(`${message.text()} ${url.replace(this.#origin, '')}`)
    })
    context.on('weberror', (error) => problems.push(error.error().message))
    const open = async (): Promise<Page> => {
      const page = await context.newPage()
      await page.goto('/')
      return page
    }
    return { context, problems, open }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close()
  }
}

export const SIGNED_IN = 'Signed in. The access token of this tab is valid for 60 seconds.'

/** Logs in, from whatever page is shown, and waits until the tab has its access token. */
export async function logIn(
  page: Page,
  user: string,
  client: 'Web' | 'Kiosk' = 'Web',
): Promise<void> {
  await page.goto('/login')
  await page.getByRole('radio', { name: user }).check()
  await page.getByRole('radio', { name: client }).check()
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByText(SIGNED_IN).waitFor()
}
