import { globSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outputFolder } from '../site/paths.ts'
import { open, openTab, startBrowser, type Tab, violations } from './browser.ts'

/** All pages; of the reference, whose pages are made alike, some of each kind. */
const written = globSync('**/*.html', { cwd: outputFolder, exclude: ['reference/**', '404.html'] })
const generated = [
  'reference/index.html',
  'reference/@tokenward/core/{index,functions/*,classes/InvalidInput,interfaces/Tokenward*}.html',
  'reference/@tokenward/{redis,http}/{index,functions/*,type-aliases/*}.html',
].flatMap((pattern) => globSync(pattern, { cwd: outputFolder }))

const paths = [...written, ...generated]
  .map((file) => `/${file.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')}`)
  .sort()

/** The bars around the text are the same on all pages of a layout, and take most of the time to look at. */
const lookedAtWhole = ['/', '/quick-start', '/decisions/', '/reference/']
const COLOR_RULES = ['color-contrast', 'link-in-text-block']
const CONTENT = '.VPContent'

let browser: Browser
let tab: Tab
beforeAll(async () => {
  browser = await startBrowser()
  tab = await openTab(browser)
})
afterAll(() => browser.close())

test.for(paths)(
  '%s has no errors in the console and is accessible, light and dark',
  async (path) => {
    const { page, problems } = tab
    const part = lookedAtWhole.includes(path) ? {} : { within: CONTENT }
    problems.length = 0
    await page.emulateMedia({ colorScheme: 'light' })
    await open(page, path)
    expect(await page.locator('h1').count()).toBe(1)
    expect(await violations(page, part)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.locator('html.dark').waitFor()
    expect(await violations(page, { ...part, rules: COLOR_RULES })).toEqual([])
    expect(problems).toEqual([])
  },
)
