import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { COMMANDS } from '../src/commands/all.ts'
import { Terminal } from '../src/output/terminal.ts'
import { run } from '../src/run.ts'

interface Streams {
  readonly isTTY?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a command line in this process. For those that open no store. */
async function output(args: readonly string[], { isTTY = false, env = {} }: Streams = {}) {
  const stdout = Object.assign(new PassThrough(), { isTTY })
  const stderr = Object.assign(new PassThrough(), { isTTY })
  const streams = { stdout, stderr, env, cwd: () => '.' }
  const exitCode = await run(args, new Terminal(streams as unknown as NodeJS.Process))
  stdout.end()
  stderr.end()
  const [out, err] = await Promise.all([text(stdout), text(stderr)])
  return { exitCode, out, err }
}

describe('help', () => {
  test.for(COMMANDS.map(({ name }) => [name] as const))('%s has one help', async ([name]) => {
    const help = await output(['help', name])
    expect(help).toMatchObject({ exitCode: 0, err: '' })
    expect(help.out).toMatch(new RegExp(`^tokenward ${name}: .*\n\nUsage:\n(.*\n)+\nExamples:\n`))
    for (const args of [
      [name, '--help'],
      [name, '-h'],
      ['--help', name],
      ['help', name, '-h'],
    ]) {
      expect(await output(args)).toEqual(help)
    }
  })

  test('the overview is the help of the tool', async () => {
    const overview = await output(['help'])
    expect(overview.out).toMatch(/^tokenward: inspect and manage tokens in a store\n/)
    for (const args of [['--help'], ['-h'], ['help', 'help'], ['help', '--help']]) {
      expect(await output(args)).toEqual(overview)
    }
  })

  test('--version', async () => {
    expect(await output(['--version'])).toEqual({
      exitCode: 0,
      out: `${manifest.version}\n`,
      err: '',
    })
  })
})

describe('an unknown command', () => {
  test.for([
    ['revok', 'revoke'],
    ['lsit', 'list'],
    ['mig', 'migrate'],
    ['halp', 'help'],
  ])('%s suggests %s', async ([given = '', meant]) => {
    expect(await output([given])).toEqual({
      exitCode: 2,
      out: '',
      err: `tokenward: Unknown command. Did you mean ${meant}? See: tokenward help\n`,
    })
  })

  test('without a similar name gets the list of commands and is not printed', async () => {
    for (const args of [['canary'], ['help', 'canary'], ['']]) {
      const { err } = await output(args)
      expect(err).toMatch(/^tokenward: Unknown command\. Use one of migrate, /)
      expect(err).not.toContain('canary')
    }
  })
})

test('-- ends the options', async () => {
  const { err } = await output(['list', '--', '--json'])
  expect(err).toBe('tokenward: list takes only options. See: tokenward help list\n')
})

test.for([
  [['keygen', '--alg', 'ES384', '--json']],
  [['--json', '--alg=ES384', 'keygen']],
  [['--alg', 'ES384', 'keygen', '--json']],
  [['--json', '--', 'keygen']],
] as const)('options may be anywhere: %j', async ([args]) => {
  const { exitCode, out } = await output(args)
  expect(exitCode).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ keys: [{ kty: 'EC' }] })
})

test('a secret key on a terminal gets a warning, and elsewhere none', async () => {
  for (const args of [['keygen'], ['keygen', '--sealing']]) {
    expect((await output(args, { isTTY: true })).err).toContain('use --out FILE')
    expect((await output(args)).err).toBe('')
    expect((await output([...args, '--json'], { isTTY: true })).err).toBe('')
  }
})

test('colors are for terminals without NO_COLOR', async () => {
  const plain = await output(['help', 'list'])
  const csi = '\u001b['
  expect(plain.out).not.toContain(csi)
  expect((await output(['help', 'list'], { isTTY: true })).out).toContain(csi)
  expect(await output(['help', 'list'], { isTTY: true, env: { NO_COLOR: '1' } })).toEqual(plain)
})
