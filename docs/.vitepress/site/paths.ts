import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

// The bundler of the configuration replaces `import.meta.url`, and not `import.meta.dirname`.
export const siteFolder: string = resolve(fileURLToPath(new URL('..', import.meta.url)))
export const repositoryRoot: string = resolve(siteFolder, '../..')
/** What VitePress reads: copies of the pages, with the links of the site. Made by each build. */
export const pagesFolder: string = join(siteFolder, 'pages')
/** What VitePress writes. */
export const outputFolder: string = join(siteFolder, 'dist')

export const REPOSITORY = 'https://github.com/tokenward/tokenward'
