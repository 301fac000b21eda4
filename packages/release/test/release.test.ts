import { describe, expect, test } from 'vitest'
import { getDependencyReleaseLine, getReleaseLine } from '../src/changelog-lines.ts'
import { publishOrder, type Tarball } from '../src/publish-order.ts'
import { commonVersion, firstChangelog } from '../src/version.ts'

const manifest = {
  name: 'core',
  version: '0.1.0',
  description: 'Issues tokens',
  homepage: 'https://example.com/#readme',
}

describe('a changelog', () => {
  test('has the text of a changeset, without a hash', async () => {
    const line = await getReleaseLine({ summary: 'One.\n\n- two\n' })
    expect(line).toBe('- One.\n\n  - two')
  })

  test('does not list updated packages', async () => {
    expect(await getDependencyReleaseLine()).toBe('')
  })

  test('of the first release describes the package', () => {
    expect(firstChangelog({ manifest })).toBe(
      '# core\n\n## 0.1.0\n\nThe first release. Issues tokens. See the [README](https://example.com/#readme).\n',
    )
  })
})

describe('the version', () => {
  test('is the one of all packages', () => {
    expect(commonVersion([{ manifest }, { manifest }])).toBe('0.1.0')
  })

  test.for([
    ['two versions', ['0.1.0', '0.2.0']],
    ['never versioned', ['0.0.0']],
    ['no package', []],
  ] as const)('is refused: %s', ([, versions]) => {
    const packages = versions.map((version) => ({ manifest: { ...manifest, version } }))
    expect(() => commonVersion(packages)).toThrow(/version/)
  })
})

describe('tarballs are published', () => {
  const tarball = (name: string, parts: Partial<Tarball['manifest']> = {}): Tarball => {
    return { path: name, manifest: { name, version: '1.0.0', ...parts } }
  }

  test('after what they depend on, peers included', () => {
    const order = publishOrder([
      tarball('cli', { dependencies: { core: '1' }, peerDependencies: { store: '1' } }),
      tarball('store', { dependencies: { core: '1', other: '1' } }),
      tarball('core'),
    ])
    expect(order.map(({ path }) => path)).toEqual(['core', 'store', 'cli'])
  })

  test('not if they depend on each other', () => {
    const circle = [
      tarball('a', { dependencies: { b: '1' } }),
      tarball('b', { dependencies: { a: '1' } }),
    ]
    expect(() => publishOrder(circle)).toThrow('a depends on itself')
  })
})
