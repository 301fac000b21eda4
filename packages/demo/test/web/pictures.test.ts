import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { type Device, logIn, START, USER_AGENTS } from './devices.ts'
import { DOCS, pictures, takePictures } from './pictures.ts'
import { startWithBrowser } from './start.ts'

const MINUTE_MS = 60_000

test('every page has its pictures in the docs', async () => {
  let now = START
  await using demo = await startWithBrowser(() => now)
  const open = async (device: Device): Promise<Page> => {
    await device.context.clock.setFixedTime(now)
    return device.open()
  }
  const phone = await demo.devices.add(USER_AGENTS.phone)
  const laptop = await demo.devices.add()
  const desk = await demo.devices.add(USER_AGENTS.desk)

  const onDesk = await open(desk)
  await logIn(onDesk, 'Ada')
  await onDesk.getByRole('button', { name: 'Sign out' }).click()
  now += 95 * MINUTE_MS
  const onPhone = await open(phone)
  await takePictures(onPhone, 'log-in')
  await logIn(onPhone, 'Ada', 'Kiosk')
  now += 95 * MINUTE_MS

  const onLaptop = await open(laptop)
  await logIn(onLaptop, 'Ada')
  await onLaptop.getByRole('button', { name: 'Ask the API who I am' }).click()
  await onLaptop.getByText('The API answered').waitFor()
  await onLaptop.getByRole('button', { name: 'Refresh all tabs at once' }).click()
  await onLaptop.getByText('With all tabs: got a new access token').waitFor()
  await takePictures(onLaptop, 'account')
  await onLaptop.getByRole('link', { name: 'Sessions', exact: true }).click()
  await takePictures(onLaptop, 'sessions')
  now += 20 * MINUTE_MS

  await logIn(onDesk, 'Robin')
  await onDesk.getByRole('link', { name: 'Support' }).click()
  await takePictures(onDesk, 'support')
  await onDesk.getByRole('link', { name: 'Ada' }).click()
  await takePictures(onDesk, 'support-user')
  await onDesk.getByRole('link', { name: 'Safari on iPhone' }).click()
  await onDesk.getByLabel('Reason').fill('You reported that your phone was stolen.')
  await onDesk.getByRole('button', { name: 'Revoke this session' }).click()
  await onDesk.getByText('Done.').waitFor()
  await takePictures(onDesk, 'support-session')

  await onPhone.reload()
  await onPhone.getByRole('heading', { name: 'Your session was ended' }).waitFor()
  await takePictures(onPhone, 'signed-out')

  expect([phone, laptop, desk].flatMap(({ problems }) => problems)).toEqual([])
  const text = await readFile(resolve(DOCS, 'demo-web.md'), 'utf8')
  const shown = [...text.matchAll(/images\/([\w-]+\.png)/g)].map(([, file = '']) => file)
  expect([...new Set(shown)].sort()).toEqual([...pictures].sort())
})
