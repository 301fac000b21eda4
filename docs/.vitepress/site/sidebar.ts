import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import type { DefaultTheme } from 'vitepress'
import { itemsOf, SECTIONS, type Section } from './navigation.ts'
import { pagesFolder } from './paths.ts'
import { routeOf, sourcePages, titleOf } from './sources.ts'

/** One sidebar for the pages, and one for the reference. */
export function sidebar(): DefaultTheme.SidebarMulti {
  return { '/': pageGroups(), '/reference/': referenceGroups() }
}

function pageGroups(): DefaultTheme.SidebarItem[] {
  const sources = sourcePages()
  const groups = SECTIONS.map((section) => ({
    text: section.text,
    // A group that opens and closes needs an address: without one it is a button with a button inside.
    ...(section.collapsed && { collapsed: true, link: linkOf(section) }),
    items: itemsOf(section, sources, titleOf).map(({ source, text }) => {
      return { text, link: routeOf(source) }
    }),
  }))
  return groups.map((group) => (group.text === 'Reference' ? withReference(group) : group))
}

function linkOf({ folder = '' }: Section): string {
  return `${folder.replace('docs', '')}/`
}

function withReference(group: { items: DefaultTheme.SidebarItem[] }): DefaultTheme.SidebarItem {
  return {
    ...group,
    items: [...group.items, { text: 'Types of all packages', link: '/reference/' }],
  }
}

/** A group for each entry point, with its functions first. */
function referenceGroups(): DefaultTheme.SidebarItem[] {
  const folder = join(pagesFolder, 'reference')
  if (!existsSync(folder)) return []
  const modules = globSync('@tokenward/**/index.md', { cwd: folder })
  const names = modules.map((file) => file.replace('/index.md', '')).sort()
  const groups = names.map((name) => {
    const kinds = ['functions', 'variables', 'classes', 'interfaces', 'type-aliases']
    const pages = kinds.flatMap((kind) => globSync(`${name}/${kind}/*.md`, { cwd: folder }).sort())
    const items = pages.map((page) => {
      const link = `/reference/${page.replace('.md', '')}`
      return { text: link.slice(link.lastIndexOf('/') + 1), link }
    })
    const text = name.replace('@tokenward/', '')
    return { text, link: `/reference/${name}/`, collapsed: true, items }
  })
  return [{ text: 'All modules', link: '/reference/' }, ...groups]
}
