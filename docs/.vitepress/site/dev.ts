import { watch } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'vitepress'
import { siteFolder } from './paths.ts'
import { sourcePages } from './sources.ts'
import { clearPages, stage, stagePage } from './stage.ts'

// Shows each change at once, without the reference: run `pnpm docs:build` for that.
clearPages()
stage()
const docs = join(siteFolder, '..')
watch(docs, { recursive: true }, (_event, file) => {
  const source = `docs/${file}`
  const pages = new Set(sourcePages())
  if (pages.has(source)) stagePage(source, pages)
})
const server = await createServer(docs)
await server.listen()
server.printUrls()
