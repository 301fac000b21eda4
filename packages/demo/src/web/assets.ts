import { readFileSync } from 'node:fs'
import { Hono } from 'hono'

const TYPES = {
  'style.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const

/** The files of the pages. They are few and small, so they are read once. */
export function assetRoutes(): Hono {
  const routes = new Hono()
  for (const [file, type] of Object.entries(TYPES)) {
    const contents = readFileSync(new URL(`public/${file}`, import.meta.url), 'utf8')
    const headers = { 'content-type': type, 'cache-control': 'no-cache' }
    routes.get(`/${file}`, (c) => c.body(contents, 200, headers))
  }
  return routes
}
