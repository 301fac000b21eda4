import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { logIn, USER_AGENTS } from './devices.ts'
import { startWithBrowser } from './start.ts'

/** The width of a small phone, in CSS pixels. */
const WIDTH = 390

test('no page scrolls sideways on a phone', async () => {
  await using demo = await startWithBrowser()
  const phone = await demo.devices.add(USER_AGENTS.phone)
  const page = await phone.open()
  await page.setViewportSize({ width: WIDTH, height: 844 })
  expect(await widthOf(page)).toBe(WIDTH)

  await logIn(page, 'Robin')
  expect(await widthOf(page)).toBe(WIDTH)
  for (const name of ['Sessions', 'Support', 'Robin', 'Safari on iPhone']) {
    await page.getByRole('link', { name, exact: true }).click()
    await page
      .getByRole('heading', { name: name.replace('Sessions', 'Your sessions'), level: 1 })
      .waitFor()
    expect(await widthOf(page), name).toBe(WIDTH)
  }
  await page.getByLabel('Reason').fill('x'.repeat(200))
  await page.getByRole('button', { name: 'Revoke this session' }).click()
  await page.getByRole('heading', { name: 'Your session was ended' }).waitFor()
  expect(await widthOf(page)).toBe(WIDTH)

  await logIn(page, 'Robin')
  await page.goto('/sessions')
  await page.getByText('Reason: xxx').waitFor()
  expect(await widthOf(page)).toBe(WIDTH)
  await page.goto('/support/users/robin')
  const ended = page.getByRole('listitem').filter({ hasText: 'Revoked' })
  await ended.getByRole('link').click()
  await page.getByRole('heading', { name: 'Ended' }).waitFor()
  expect(await widthOf(page)).toBe(WIDTH)
  expect(phone.problems).toEqual([])
})

/** The width of all that is on the page. */
function widthOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth')
}
