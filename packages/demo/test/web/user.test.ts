import type { BrowserContext, Page, Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { logIn, SIGNED_IN, USER_AGENTS } from './devices.ts'
import { startWithBrowser } from './start.ts'

test('a user logs in, asks the API, and signs out', async () => {
  await using demo = await startWithBrowser()
  const laptop = await demo.devices.add()
  const page = await laptop.open()
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Log in')

  await logIn(page, 'Ada')
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Hello Ada')
  await page.getByRole('button', { name: 'Ask the API who I am' }).click()
  await page.getByText('The API answered: you are Ada, at the application “web”').waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Log in' }).waitFor()
  await page.goto('/sessions')
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Log in')
  expect(laptop.problems).toEqual([])
  expect(demo.errors).toEqual([])
})

test('two tabs that refresh at once both stay signed in', async () => {
  await using demo = await startWithBrowser()
  const laptop = await demo.devices.add()
  const first = await laptop.open()
  await logIn(first, 'Ada')
  const second = await laptop.open()
  await second.getByText(SIGNED_IN).waitFor()

  for (const tab of [first, second, first]) {
    const sent = await refreshBoth(laptop.context, tab, [first, second])
    expect(sent.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(sent.map(({ cookie }) => cookie)).size).toBe(1)
    expect(sent[0]?.cookie).toContain('__Host-session=')
  }
  for (const tab of [first, second]) {
    await tab.getByText('With all tabs: got a new access token').nth(2).waitFor()
    await tab.getByRole('button', { name: 'Ask the API who I am' }).click()
    await tab.getByText('The API answered: you are Ada').waitFor()
    await tab.reload()
    await tab.getByText(SIGNED_IN).waitFor()
  }
  expect(laptop.problems).toEqual([])
  expect(demo.errors).toEqual([])
})

/** Clicks "Refresh all tabs at once" in `tab`. Each request is held until the other one was sent too. */
async function refreshBoth(
  context: BrowserContext,
  tab: Page,
  tabs: readonly Page[],
): Promise<{ status: number; cookie: string | undefined }[]> {
  const held: Route[] = []
  await context.route('**/session/refresh', async (route) => {
    held.push(route)
    if (held.length === tabs.length) await Promise.all(held.map((each) => each.continue()))
  })
  const answers = Promise.all(tabs.map((each) => each.waitForResponse('**/session/refresh')))
  await tab.getByRole('button', { name: 'Refresh all tabs at once' }).click()
  const sent = (await answers).map(async (answer) => {
    const { cookie } = await answer.request().allHeaders()
    return { status: answer.status(), cookie }
  })
  const result = await Promise.all(sent)
  await context.unroute('**/session/refresh')
  return result
}

test('a tab renews its access token before it expires', async () => {
  await using demo = await startWithBrowser()
  const laptop = await demo.devices.add()
  const page = await laptop.open()
  await logIn(page, 'Ada')
  await page.clock.runFor(47_000)
  expect(await page.getByText('Renewed in time').count()).toBe(0)
  await page.clock.runFor(2_000)
  await page.getByText('Renewed in time: got a new access token').waitFor()
  expect(laptop.problems).toEqual([])
})

test('a page stays signed in where the answer to a refresh was lost', async () => {
  await using demo = await startWithBrowser()
  const laptop = await demo.devices.add()
  const page = await laptop.open()
  await logIn(page, 'Ada')
  await laptop.context.route('**/session/refresh', async (route) => {
    await route.fetch()
    await route.abort()
  })
  await page.getByRole('button', { name: 'Refresh this tab' }).click()
  await page.getByText('The server does not answer. You stay signed in').waitFor()
  await laptop.context.unroute('**/session/refresh')

  await page.goto('/sessions')
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Your sessions')
  expect(laptop.problems).toEqual(['Failed to load resource: net::ERR_FAILED /session/refresh'])
})

test('a user sees all devices, and signs out the others', async () => {
  await using demo = await startWithBrowser()
  const laptop = await demo.devices.add()
  const phone = await demo.devices.add(USER_AGENTS.phone)
  const onLaptop = await laptop.open()
  const onPhone = await phone.open()
  await logIn(onPhone, 'Ada', 'Kiosk')
  await logIn(onLaptop, 'Ada')

  await onLaptop.goto('/sessions')
  const items = onLaptop.getByRole('listitem').filter({ has: onLaptop.getByText('signed in') })
  expect(await items.count()).toBe(2)
  const laptopItem = items.filter({ hasText: 'Firefox on Linux' })
  const phoneItem = items.filter({ hasText: 'Safari on iPhone' })
  expect(await laptopItem.textContent()).toMatch(/Firefox on Linux\s+This device\s+Active/)
  expect(await phoneItem.textContent()).toMatch(/Safari on iPhone\s+Active\s+Kiosk/)
  await phoneItem.getByText('Details').click()
  await phoneItem.getByText(USER_AGENTS.phone).waitFor()

  await onLaptop.getByRole('button', { name: 'Sign out all other devices' }).click()
  await onLaptop.getByText('All your other devices are signed out.').waitFor()
  expect(await phoneItem.textContent()).toMatch(/Safari on iPhone\s+Signed out/)

  await onPhone.reload()
  await onPhone.getByRole('heading', { name: 'You signed this device out' }).waitFor()
  await onLaptop.reload()
  expect(await onLaptop.getByRole('heading', { level: 1 }).textContent()).toBe('Your sessions')
  expect([...laptop.problems, ...phone.problems]).toEqual([])
  expect(demo.errors).toEqual([])
})

test('an open tab notices that its session has ended', async () => {
  await using demo = await startWithBrowser()
  const laptop = await demo.devices.add()
  const phone = await demo.devices.add(USER_AGENTS.phone)
  const onPhone = await phone.open()
  await logIn(onPhone, 'Ada')
  const onLaptop = await laptop.open()
  await logIn(onLaptop, 'Ada')
  await onLaptop.goto('/sessions')
  await onLaptop.getByRole('button', { name: 'Sign out all other devices' }).click()
  await onLaptop.getByText('All your other devices are signed out.').waitFor()

  await onPhone.getByRole('button', { name: 'Ask the API who I am' }).click()
  await onPhone.getByText('This tab is signed out. Reload the page to see why.').waitFor()
  await onPhone.getByText('The API answered 401').waitFor()
  // The browser itself writes these.
  expect(phone.problems).toEqual([
    expect.stringMatching(/401.* \/api\/me$/),
    expect.stringMatching(/400.* \/session\/refresh$/),
  ])
})
