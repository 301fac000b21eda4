import { useData, withBase } from 'vitepress'
import { h, type VNode } from 'vue'

/** The page of the default theme has no landmark for its contents. */
export function NotFound(): VNode {
  const { title, quote, linkText } = useData().theme.value.notFound
  return h('main', { class: 'not-found' }, [
    h('p', { class: 'code' }, '404'),
    h('h1', { class: 'title' }, title),
    h('p', quote),
    h('p', h('a', { class: 'home', href: withBase('/') }, linkText)),
  ])
}
