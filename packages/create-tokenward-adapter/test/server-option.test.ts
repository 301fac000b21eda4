import { describe, expect, test } from 'vitest'
import { adapterFiles, SERVERS, TEMPLATES } from '../src/create-adapter.ts'
import { namesOf } from '../src/names.ts'
import { filesOf, linesFor } from '../src/templates.ts'

const names = namesOf('kv')
const OF_CONTAINERS = /docker|testcontainers|\bimage|`COMMAND`|ryuk/i
const OF_PROGRAMS = /\bprogram\b|prepareFolder\(\)` must|apt-get/

/** What the project has besides licenses and package.json, each file after its path. */
function projectText(template: (typeof TEMPLATES)[number], server: (typeof SERVERS)[number]) {
  const files = [
    ...linesFor(server, SERVERS, filesOf('project', names)),
    ...adapterFiles(names, template, server),
  ]
  return files.map((file) => file.join('\n')).join('\n')
}

describe.for(TEMPLATES)('a project with the template %s', (template) => {
  test('and a container never mentions a program', () => {
    const text = projectText(template, 'container')
    expect(text).toMatch(OF_CONTAINERS)
    expect(text).not.toMatch(OF_PROGRAMS)
  })

  test('and a process never mentions containers, and has the step that installs the program', () => {
    const text = projectText(template, 'process')
    expect(text).toContain('- run: sudo apt-get update && sudo apt-get install --yes kv\n')
    expect(text).toMatch(OF_PROGRAMS)
    expect(text).not.toMatch(OF_CONTAINERS)
  })

  test.for(SERVERS)('and a %s has no marks of either', (server) => {
    expect(projectText(template, server)).not.toMatch(/\[(container|process)\]/)
  })
})

test('the settings of pnpm allow what Testcontainers depends on, and are left out without it', () => {
  const files = filesOf('project', names)
  const path = 'pnpm-workspace.yaml'
  expect(linesFor('container', SERVERS, files).get(path)).toContain('allowBuilds:\n  cpu-features:')
  expect(linesFor('process', SERVERS, files).has(path)).toBe(false)
})
