import { defineConfig } from 'vitepress'
import { ORIGIN } from './site/address.ts'
import { emptyHeaders, mermaidBlocks } from './site/markdown.ts'
import { REPOSITORY } from './site/paths.ts'
import { sidebar } from './site/sidebar.ts'
import { slugOf } from './site/slug.ts'

const DESCRIPTION =
  'Issue, verify, rotate and revoke JSON Web Tokens over the database or cache that you already run.'

export default defineConfig({
  lang: 'en-US',
  title: 'Tokenward',
  description: DESCRIPTION,
  srcDir: '.vitepress/pages',
  cleanUrls: true,
  metaChunk: true,
  sitemap: { hostname: ORIGIN },
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: '/logo.svg' }],
    ['meta', { name: 'theme-color', content: '#0f766e' }],
    ['meta', { property: 'og:type', content: 'website' }],
    ['meta', { property: 'og:site_name', content: 'Tokenward' }],
  ],
  // What search engines and previews of links show.
  transformHead: ({ page, title, description }) => {
    const url = `${ORIGIN}/${page.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`
    return [
      ['link', { rel: 'canonical', href: url }],
      ['meta', { property: 'og:title', content: title }],
      ['meta', { property: 'og:description', content: description }],
      ['meta', { property: 'og:url', content: url }],
    ]
  },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify: slugOf },
    config: (md) => md.use(mermaidBlocks).use(emptyHeaders),
  },
  // The index of the search is one chunk, which is loaded when a reader searches.
  vite: { build: { chunkSizeWarningLimit: 8000 } },
  themeConfig: {
    logo: { src: '/logo.svg', alt: '' },
    outline: [2, 3],
    nav: [
      { text: 'Quick start', link: '/quick-start' },
      { text: 'Guides', link: '/configuration' },
      { text: 'Stores', link: '/which-store' },
      { text: 'HTTP', link: '/frameworks' },
      { text: 'Operations', link: '/operations' },
      { text: 'Reference', link: '/reference/' },
    ],
    sidebar: sidebar(),
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY, ariaLabel: 'The repository on GitHub' }],
    editLink: {
      text: 'Edit this page on GitHub',
      pattern: ({ frontmatter }) => String(frontmatter['editLink']),
    },
    notFound: {
      title: 'Page not found',
      quote:
        'The address is mistyped, or the page was moved. Search for it, or begin at the home page.',
      linkText: 'Home page',
    },
    footer: { message: 'Released under the MIT License.', copyright: 'The Tokenward authors' },
  },
})
