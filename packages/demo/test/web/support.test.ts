import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { type Device, logIn, USER_AGENTS } from './devices.ts'
import { startWithBrowser } from './start.ts'

const REASON = 'You wrote that <b>your phone</b> was stolen.'

interface Scene extends AsyncDisposable {
  readonly ada: Page
  readonly robin: Page
  readonly devices: readonly Device[]
  readonly errors: readonly Error[]
}

/** Ada uses the kiosk, and Robin is at the support page. */
async function startScene(): Promise<Scene> {
  await using resources = new AsyncDisposableStack()
  const demo = resources.use(await startWithBrowser())
  const devices = [await demo.devices.add(USER_AGENTS.phone), await demo.devices.add()] as const
  const ada = await devices[0].open()
  await logIn(ada, 'Ada', 'Kiosk')
  const robin = await devices[1].open()
  await logIn(robin, 'Robin')
  await robin.getByRole('link', { name: 'Support' }).click()
  const { errors } = demo
  const running = resources.move()
  return { ada, robin, devices, errors, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

async function revoke(page: Page, button: string): Promise<void> {
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: button }) })
  await form.getByLabel('Reason').fill(REASON)
  await form.getByRole('button', { name: button }).click()
  await page.getByText('Done. What was revoked is refused everywhere from now on.').waitFor()
}

/** The next request of the user leads to a page with the reason. */
async function expectSignedOut(page: Page, text: string): Promise<void> {
  await page.getByRole('link', { name: 'Sessions', exact: true }).click()
  await page.getByRole('heading', { name: 'Your session was ended' }).waitFor()
  expect(await page.getByRole('main').textContent()).toContain(
    `Robin from support ended ${text} on`,
  )
  expect(await page.getByRole('blockquote').textContent()).toBe(REASON)
}

test('support revokes a user, whose page shows the reason', async () => {
  await using scene = await startScene()
  const { ada, robin } = scene
  await robin.getByRole('link', { name: 'Ada' }).click()
  await revoke(robin, 'Revoke Ada')
  await expectSignedOut(ada, 'all your sessions')

  await robin.getByRole('link', { name: 'Safari on iPhone' }).click()
  expect(await robin.getByRole('definition').allTextContents()).toEqual([
    expect.stringMatching(/UTC$/),
    'Robin',
    REASON,
  ])
  const decisive = robin.getByRole('row').filter({ hasText: 'this decided' })
  expect(await decisive.getByRole('rowheader').allTextContents()).toEqual([
    'Revocation of the user',
  ])
  expect(await robin.getByRole('button', { name: 'Revoke this session' }).count()).toBe(0)

  await logIn(ada, 'Ada')
  expect(scene.devices.flatMap(({ problems }) => problems)).toEqual([])
  expect(scene.errors).toEqual([])
})

test('support revokes one session', async () => {
  await using scene = await startScene()
  const { ada, robin } = scene
  await robin.getByRole('link', { name: 'Ada' }).click()
  await robin.getByRole('link', { name: 'Safari on iPhone' }).click()
  await revoke(robin, 'Revoke this session')
  const decisive = robin.getByRole('row').filter({ hasText: 'this decided' })
  expect(await decisive.getByRole('rowheader').allTextContents()).toEqual([
    'Revocation of this session',
  ])
  await expectSignedOut(ada, 'this session')
  expect(scene.devices.flatMap(({ problems }) => problems)).toEqual([])
})

test('support revokes an application, and users of the others stay', async () => {
  await using scene = await startScene()
  const { ada, robin } = scene
  await revoke(robin, 'Revoke Kiosk')
  await expectSignedOut(ada, 'all sessions of this application')
  await robin.reload()
  expect(await robin.getByRole('heading', { level: 1 }).textContent()).toBe('Support')
  expect(scene.devices.flatMap(({ problems }) => problems)).toEqual([])
})

test('the pages of support are closed to customers', async () => {
  await using scene = await startScene()
  const { ada } = scene
  expect(await ada.getByRole('link', { name: 'Support' }).count()).toBe(0)
  const answer = await ada.goto('/support')
  expect(answer?.status()).toBe(403)
  await ada.getByRole('heading', { name: 'You cannot open this page' }).waitFor()
})

test('a user finds the reason in the list of sessions', async () => {
  await using scene = await startScene()
  const { ada, robin } = scene
  await robin.getByRole('link', { name: 'Ada' }).click()
  await revoke(robin, 'Revoke Ada')
  await logIn(ada, 'Ada')
  await ada.goto('/sessions')
  const ended = ada.getByRole('listitem').filter({ hasText: `Reason: ${REASON}` })
  expect(await ended.textContent()).toMatch(/Safari on iPhone\s+Revoked/)
})
