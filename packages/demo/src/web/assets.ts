import { readFileSync } from 'node:fs'
import { Hono } from 'hono'

interface Asset {
  readonly path: string
  readonly type: string
  /** Sent one after the other. */
  readonly files: readonly string[]
}

const STYLES = ['base', 'frame', 'sections', 'states', 'forms']

const ASSETS: readonly Asset[] = [
  {
    path: '/style.css',
    type: 'text/css; charset=utf-8',
    files: STYLES.map((name) => `style/${name}.css`),
  },
  { path: '/page.js', type: 'text/javascript; charset=utf-8', files: ['page.js'] },
  { path: '/icon.svg', type: 'image/svg+xml', files: ['icon.svg'] },
]

/** The files of the pages. They are few and small, so they are read once. */
export function assetRoutes(): Hono {
  const routes = new Hono()
  for (const { path, type, files } of ASSETS) {
    const contents = files.map(readAsset).join('\n')
    const headers = { 'content-type': type, 'cache-control': 'no-cache' }
    routes.get(path, (c) => c.body(contents, 200, headers))
  }
  return routes
}

function readAsset(file: string): string {
  return readFileSync(new URL(`public/${file}`, import.meta.url), 'utf8')
}
