import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { repositoryRoot } from '../src/packages.ts'
import { dependencyClosure } from '../src/rehearsal/closure.ts'
import { inspectCreator, problemsOf } from '../src/rehearsal/installed.ts'
import { type Manager, managers } from '../src/rehearsal/managers.ts'
import { catalogVersions, pinsOf } from '../src/rehearsal/pins.ts'
import { parseReadme } from '../src/rehearsal/readme.ts'
import { describeReport } from '../src/rehearsal/report.ts'
import { writeFiles } from '../src/rehearsal/try-package.ts'
import { projectCommands } from '../src/rehearsal/try-project.ts'

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
    expect(parseReadme('Text.')).toEqual({ packages: [], dev: false, examples: [], commands: [] })
  })

  test('has the commands of its first block', () => {
    const markdown = [code('sh', '# first\nnpm create b c # new\n\ncd c'), code('sh', 'other')]
    expect(parseReadme(markdown.join('')).commands).toEqual(['npm create b c', 'cd c'])
  })
})

describe('a new project', () => {
  const lines = ['npm create b c --flag', 'cd d', 'npm install', 'npm test']

  test.for(managers)('is created, installed and tested by $name', (manager) => {
    const { name } = manager
    expect(projectCommands(lines, manager)).toEqual({
      create: [name, 'create', 'b', 'c', '--flag'],
      project: 'd',
      test: [name, 'run', 'test'],
    })
    expect(manager.install).toEqual([name, 'install'])
  })

  test.for(lines)('needs the line "%s" in the README', (missing) => {
    const others = lines.map((line) => (line === missing ? 'npm other' : line))
    const [npm] = managers as readonly [Manager]
    expect(() => projectCommands(others, npm)).toThrow('The README does not')
  })

  test('leaves the package that creates it in the cache of npm', () => {
    const modules = join(folder, '_npx/1f2e/node_modules')
    mkdirSync(join(modules, 'create-b'), { recursive: true })
    writeFileSync(
      join(modules, '.package-lock.json'),
      '{ "packages": { "node_modules/create-b": {} } }',
    )
    writeFileSync(
      join(modules, 'create-b/package.json'),
      '{ "name": "create-b", "version": "1.0.0", "license": "GPL-3.0-only" }',
    )
    expect(inspectCreator(folder, 'create-b')).toEqual({
      packages: 1,
      size: 1,
      problems: ['create-b@1.0.0 has the license GPL-3.0-only'],
    })
    expect(() => inspectCreator(folder, 'create-c')).toThrow('no create-c in its cache')
  })
})

describe('development tools', () => {
  test('have the versions of the catalog, and ours have none', () => {
    const catalog = { a: '1.2.3', b: '4.5.6' }
    expect(pinsOf(['@tokenward/core', 'a'], catalog)).toEqual({ a: '1.2.3' })
  })

  test.for([[{}], [{ a: '^1.2.3' }], [{ a: 'npm:b@1.2.3' }]] as const)(
    'need an exact version: %j',
    ([catalog]) => {
      expect(() => pinsOf(['a'], catalog)).toThrow('a has no exact version')
    },
  )

  test('of the catalog are those of the workspace', () => {
    expect(catalogVersions(repositoryRoot)).toMatchObject({ vitest: expect.stringMatching(/^\d/) })
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
  const trial = { package: 'a', seconds: 9, installSeconds: 5, pins: {} }
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
      { ...trial, manager: 'bun', failure: 'it broke', pins: { tool: '1.2.3' } },
    ],
    problems: ['a by bun: it broke'],
  })
  expect(report).toContain('| a | db 1 | 1 | 2 | 3 | 9 (5) | failed |')
  expect(report).toContain('- a by bun: it broke')
  expect(report).toContain(
    'the versions of the catalog; a reader gets the newest ones: tool 1.2.3.',
  )
})
