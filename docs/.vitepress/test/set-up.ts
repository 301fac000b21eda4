import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { findChromium } from '@tokenward/testbed'
import type { TestProject } from 'vitest/node'
import { siteFolder } from '../site/paths.ts'
import { serveSite } from './serve.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of the browser. */
    chromium: string
    /** Where the site is served. */
    origin: string
  }
}

/** Builds the site, or takes it as it was built if `TOKENWARD_TEST_SITE` is `built`, and serves it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  if (process.env['TOKENWARD_TEST_SITE'] !== 'built') await buildSite()
  const server = await serveSite()
  project.provide('origin', server.origin)
  project.provide('chromium', await findChromium())
  return server.close
}

async function buildSite(): Promise<void> {
  const build = spawn(process.execPath, [join(siteFolder, 'site/build.ts')], { stdio: 'inherit' })
  const [status] = await once(build, 'exit')
  if (status !== 0) throw new Error('The site was not built.')
}
