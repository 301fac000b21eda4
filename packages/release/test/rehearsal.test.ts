import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { dependencyClosure } from '../src/rehearsal/closure.ts'
import { problemsOf } from '../src/rehearsal/installed.ts'
import { parseReadme } from '../src/rehearsal/readme.ts'
import { describeReport } from '../src/rehearsal/report.ts'
import { writeFiles } from '../src/rehearsal/try-package.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tokenward-rehearsal-')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a README', () => {
  const code = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\`\n\n`

  test('has the packages of its first installation and its examples in order', () => {
    const markdown = [
      code('text', 'npm install other'),
      code('sh', 'npm install --save-dev a @b/c # or d\nnpx c'),
      code('js', 'one()'),
      code('ts no-run', 'two()'),
    ]
    const { packages, dev, examples } = parseReadme(markdown.join(''))
    expect({ packages, dev, examples }).toEqual({
      packages: ['a', '@b/c'],
      dev: true,
      examples: ['one()', 'two()'],
    })
  })

  test('may have none of them', () => {
    expect(parseReadme('Text.')).toEqual({ packages: [], dev: false, examples: [] })
  })
})

describe('the files of an example', () => {
  test('have the address of the running server', () => {
    writeFiles(folder, ['test/a.ts'], ["open('db://localhost')"], ['db://localhost', 'db://host:1'])
    expect(readFileSync(join(folder, 'test/a.ts'), 'utf8')).toBe("open('db://host:1')")
  })

  test.for([[[]], [['open()']], [["open('db', 'db')"]]] as const)(
    'are refused: %j',
    ([examples]) => {
      expect(() => writeFiles(folder, ['a.ts'], examples, ['db', 'x'])).toThrow(/example/)
    },
  )
})

test('a package is inspected with all that it depends on, where Node finds it', () => {
  const packages = {
    'node_modules/a': { dependencies: { b: '1' }, peerDependencies: { absent: '1', driver: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/b': {},
    'node_modules/c': { dependencies: { b: '2' }, optionalDependencies: { a: '1' } },
    'node_modules/driver': {},
    'node_modules/test-runner': {},
  }
  expect(dependencyClosure(packages, 'a')).toEqual([
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/b',
    'node_modules/c',
    'node_modules/driver',
  ])
  expect(() => dependencyClosure(packages, 'd')).toThrow('node_modules/d is not installed')
})

describe('an installed package', () => {
  const named = { name: 'a', version: '1.0.0' }

  test.for(['MIT', 'Apache-2.0', '(GPL-3.0-only OR MIT)', 'MIT AND ISC'])(
    'may be %s',
    (license) => {
      expect(problemsOf({ ...named, license }, false)).toEqual([])
    },
  )

  test.for(['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'SEE LICENSE IN LICENSE', ''])(
    'may not be "%s"',
    (license) => {
      expect(problemsOf({ ...named, license }, false)).toEqual([
        `a@1.0.0 has the license ${license || 'none'}`,
      ])
    },
  )

  test('may have its license in an older form', () => {
    expect(problemsOf({ ...named, license: { type: 'MIT' } }, false)).toEqual([])
    expect(
      problemsOf({ ...named, licenses: [{ type: 'GPL-2.0-only' }, { type: 'MIT' }] }, false),
    ).toEqual([])
    expect(problemsOf({ ...named, licenses: [] }, false)).toHaveLength(1)
    expect(problemsOf({ name: 'retry', version: '0.6.0' }, false)).toEqual([])
    expect(problemsOf({ name: 'retry', version: '0.6.1' }, false)).toHaveLength(1)
  })

  test('may run no script', () => {
    const script = ['a@1.0.0 runs a script when it is installed']
    expect(problemsOf({ ...named, license: 'MIT', scripts: { test: 'x' } }, false)).toEqual([])
    expect(problemsOf({ ...named, license: 'MIT', scripts: { postinstall: 'x' } }, false)).toEqual(
      script,
    )
    expect(problemsOf({ ...named, license: 'MIT' }, true)).toEqual(script)
  })
})

test('the report has a row for each package, and names what failed', () => {
  const trial = { package: 'a', seconds: 9, installSeconds: 5 }
  const report = describeReport({
    version: '0.1.0',
    sizes: { a: { tarball: 1, install: 2 } },
    trials: [
      {
        ...trial,
        manager: 'npm',
        server: 'db 1',
        installed: { packages: 3, size: 2, problems: [] },
      },
      { ...trial, manager: 'bun', failure: 'it broke' },
    ],
    problems: ['a by bun: it broke'],
  })
  expect(report).toContain('| a | db 1 | 1 | 2 | 3 | 9 (5) | failed |')
  expect(report).toContain('- a by bun: it broke')
})
