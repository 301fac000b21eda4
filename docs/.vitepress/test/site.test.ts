import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repositoryRoot } from '../site/paths.ts'
import { open, openTab, startBrowser, violations } from './browser.ts'

const PICTURES = join(repositoryRoot, 'reports/site')

let browser: Browser
beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true })
  browser = await startBrowser()
})
afterAll(() => browser.close())

test('the search finds "revoke"', async () => {
  const { page, context } = await openTab(browser)
  await open(page, '/')
  await page.getByRole('button', { name: 'Search' }).click()
  await page.getByRole('searchbox').fill('revoke')
  const results = page.locator('.VPLocalSearchBox .result')
  await results.first().waitFor()
  expect(await results.count()).toBeGreaterThan(5)
  await results.first().click()
  await page.waitForURL((url) => url.pathname !== '/')
  await context.close()
})

test('an address of an error shows its section', async () => {
  const { page, context } = await openTab(browser)
  await open(page, '/errors#tokenward_policy_refused')
  const heading = page.getByRole('heading', { name: 'TOKENWARD_POLICY_REFUSED' })
  const top = async (): Promise<number | undefined> => (await heading.boundingBox())?.y
  await expect.poll(top, { timeout: 60_000 }).toBeLessThan(300)
  await context.close()
})

test('an address without a page leads to the home page', async () => {
  const { page, context } = await openTab(browser)
  const response = await page.goto('/nowhere', { waitUntil: 'networkidle' })
  expect(response?.status()).toBe(404)
  expect(await violations(page)).toEqual([])
  await page.screenshot({ path: join(PICTURES, 'not-found-1280-light.png') })
  await page.getByRole('link', { name: 'Home page' }).click()
  await page.getByRole('heading', { level: 1, name: 'JWTs that you can revoke' }).waitFor()
  await context.close()
})

const pages = [
  ['/', 'home'],
  ['/quick-start', 'quick-start'],
  ['/which-store', 'which-store'],
  ['/errors', 'errors'],
  ['/decisions/', 'decisions'],
  ['/reference/@tokenward/core/functions/createTokenward', 'reference'],
] as const

describe.for([1280, 390])('at a width of %i px', (width) => {
  test.for(pages)('%s does not scroll sideways', async ([path, name]) => {
    const { page, context } = await openTab(browser, width)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await open(page, path)
      // The pictures are for a look before a release.
      await page.screenshot({ path: join(PICTURES, `${name}-${width}-${colorScheme}.png`) })
    }
    const scrolls = await page.evaluate('document.documentElement.scrollWidth > innerWidth')
    expect(scrolls).toBe(false)
    await context.close()
  })
})
