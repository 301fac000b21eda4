import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { serveSite } from './serve.ts'
const { origin, close } = await serveSite()
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--disable-lcd-text'] })
const context = await browser.newContext({ baseURL: origin, viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
context.setDefaultTimeout(300000)
const page = await context.newPage()
page.on('console', (m) => { if (['error','warning'].includes(m.type())) console.log('CONSOLE', m.text(), m.location().url) })
page.on('pageerror', (e) => console.log('PAGEERROR', e.message))
const axe = async (what: string) => { const { violations } = await new AxeBuilder({ page }).analyze(); for (const v of violations) console.log(what, v.id, v.nodes.length, v.nodes.slice(0,4).map(n => n.target.join(' ') + ' :: ' + (n.any[0]?.message ?? n.none[0]?.message ?? '')).join('\n    ')) }
for (const [path, name] of [['/', 'home'], ['/sessions-and-rotation', 'sessions']] as const) {
  await page.setViewportSize({ width: 1280, height: 900 })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(path, { waitUntil: 'load' }); await page.waitForTimeout(3000)
  await page.screenshot({ path: `/tmp/w/site19-${name}-light.png`, fullPage: name === 'home' })
  await axe(`${name} light`)
  await page.emulateMedia({ colorScheme: 'dark' }); await page.waitForTimeout(500)
  await page.screenshot({ path: `/tmp/w/site19-${name}-dark.png` })
  await axe(`${name} dark`)
  await page.setViewportSize({ width: 390, height: 800 }); await page.emulateMedia({ colorScheme: 'light' })
  await page.waitForTimeout(500)
  await page.screenshot({ path: `/tmp/w/site19-${name}-390.png` })
  console.log(name, 'scrolls', await page.evaluate('document.documentElement.scrollWidth'))
}
await browser.close(); await close()
