import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { inject } from 'vitest'

export const DOCS: string = resolve(import.meta.dirname, '../../../../docs')
const IMAGES = resolve(DOCS, 'images')

/** The names of the pictures that this run has made, without the folder. */
export const pictures: string[] = []

/**
 * Makes the pictures of a page for the docs, light and dark. A picture that exists is kept, because other
 * typefaces would change it; `vitest run -u` makes all of them anew.
 */
export async function takePictures(page: Page, name: string): Promise<void> {
  // Without the look of what the mouse is at.
  await page.mouse.move(0, 0)
  await mkdir(IMAGES, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    const file = `demo-web-${name}-${colorScheme}.png`
    await page.emulateMedia({ colorScheme })
    const picture = await page.screenshot({ fullPage: true, animations: 'disabled' })
    const path = resolve(IMAGES, file)
    if (inject('updatesPictures') || !existsSync(path)) await writeFile(path, picture)
    pictures.push(file)
  }
}
