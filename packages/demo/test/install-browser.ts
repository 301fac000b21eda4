import { findChromium } from '@tokenward/testbed'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the browser. */
    chromium: string
    /** Whether the run makes all pictures of the docs anew (`vitest run -u`), or only missing ones. */
    updatesPictures: boolean
  }
}

/** Installs the browser before the time of any test runs. Without one, the whole run fails. */
export default async function installBrowser(project: TestProject): Promise<void> {
  project.provide('chromium', await findChromium())
  project.provide('updatesPictures', project.config.snapshotOptions.updateSnapshot === 'all')
}
