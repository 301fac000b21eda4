import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { inject } from 'vitest'

/** Starts the browser. Gray edges of letters make the pictures the same on every screen. */
export function startBrowser(): Promise<Browser> {
  const args = ['--disable-lcd-text', '--font-render-hinting=none']
  return chromium.launch({ executablePath: inject('chromium'), args })
}

export interface Tab {
  readonly context: BrowserContext
  readonly page: Page
  /** What the console showed as errors or warnings, and errors that no script has caught. */
  readonly problems: string[]
}

export async function openTab(browser: Browser, width = 1280): Promise<Tab> {
  const context = await browser.newContext({
    baseURL: inject('origin'),
    viewport: { width, height: 900 },
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(600_000)
  const problems: string[] = []
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  context.on('weberror', (error) => problems.push(error.error().message))
  return { context, page: await context.newPage(), problems }
}

/** Loads a page, and waits until it has its scripts and pictures. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: 'networkidle' })
}

export interface ViolationsOptions {
  /** A CSS selector of the part of the page to look at. @default the whole page */
  readonly within?: string
  /** The rules of axe. @default all */
  readonly rules?: readonly string[]
}

/** The violations of accessibility rules on a page, one line for each. */
export async function violations(
  page: Page,
  { within, rules }: ViolationsOptions = {},
): Promise<readonly string[]> {
  const builder = new AxeBuilder({ page })
  if (within !== undefined) builder.include(within)
  if (rules !== undefined) builder.withRules([...rules])
  const { violations: found } = await builder.analyze()
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}
