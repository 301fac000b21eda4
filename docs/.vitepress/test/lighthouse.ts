import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findChromium } from '@tokenward/testbed'
import { serveSite } from './serve.ts'

// Prints the scores of Lighthouse, 0 to 100, for two pages of the site as it was built. It is run by hand before a
// release: the score of the performance needs a quiet machine.
const PAGES = ['/', '/quick-start']
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo']
const REPORT_BYTES = 64 * 2 ** 20

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>
}

async function lighthouse(url: string): Promise<Report> {
  const options = [
    '--quiet',
    '--output=json',
    '--no-enable-error-reporting',
    '--chrome-flags=--headless=new --no-sandbox',
    `--only-categories=${CATEGORIES.join()}`,
  ]
  const env = { ...process.env, CHROME_PATH: await findChromium() }
  const run = promisify(execFile)
  const { stdout } = await run('npx', ['-y', 'lighthouse@13', url, ...options], {
    env,
    maxBuffer: REPORT_BYTES,
  })
  return JSON.parse(stdout)
}

const server = await serveSite()
try {
  for (const page of PAGES) {
    const { categories } = await lighthouse(server.origin + page)
    const scores = CATEGORIES.map((name) => {
      const score = categories[name]?.score ?? null
      return `${name} ${score === null ? 'unknown' : Math.round(score * 100)}`
    })
    console.log(`${page}: ${scores.join(', ')}`)
  }
} finally {
  await server.close()
}
