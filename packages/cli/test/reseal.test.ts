import { generateSealingKey } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { CONFIG } from './support/project.ts'
import {
  asApplication,
  loginEach,
  NEW_KEY,
  OLD_KEY,
  type SealedProject,
  sealedProject,
} from './support/sealed-project.ts'

const BOTH = [...NEW_KEY, ...OLD_KEY]

/** What the store holds of sessions, opened with the new key alone. */
async function labels(it: SealedProject): Promise<readonly (string | undefined)[]> {
  const { items } = await asApplication(it, it.sealing.new, (tokens) =>
    tokens.sessions({ subject: 'ada' }, { limit: 1_000 }),
  )
  return items.map(({ label }) => label)
}

/** Each login has two records, and the store has one more, the root. */
describe('reseal', () => {
  test('moves everything to the first key, and then the other one may be removed', async () => {
    const it = await sealedProject()
    await loginEach(it, ['a', 'b'])
    const counted = await it.run(['reseal', '--dry-run', ...BOTH])
    expect(counted.out).toBe(`would reseal 4 of 5 records
SEALING KEY  TEXTS  STATUS
seal-new     0      seals
seal-old     4      still needed: run tokenward reseal
`)
    const run = await it.run(['reseal', ...BOTH])
    expect(run.out).toBe(`resealed 4 of 5 records
SEALING KEY  TEXTS  STATUS
seal-new     4      seals
seal-old     0      may be removed, if no process seals with it any more
`)
    expect(run).toMatchObject({ exitCode: 0, err: '' })
    expect(await labels(it)).toEqual(['b', 'a'])
    expect((await it.run(['reseal', '--json', ...BOTH])).json).toEqual({
      dryRun: false,
      interrupted: false,
      scanned: 5,
      resealed: 0,
      unreadable: 0,
      keys: { 'seal-new': 4 },
      sealingKeys: [
        { id: 'seal-new', texts: 4, status: 'current' },
        { id: 'seal-old', texts: 0, status: 'may-be-removed' },
      ],
    })
  })

  test('--limit, and then from the cursor on: no key may be removed after a part', async () => {
    const it = await sealedProject()
    await loginEach(it, ['a', 'b'])
    const first = await it.run(['reseal', '--limit', '3', ...BOTH])
    expect(first.out).toMatch(/^resealed 3 of 3 records\n/)
    expect(first.out).toContain('unknown: not all records were looked at')
    const cursor = /--cursor (\S+) to the same command/.exec(first.err)?.[1] ?? ''
    const rest = await it.run(['reseal', '--cursor', cursor, ...BOTH])
    expect(rest.out).toMatch(/^resealed 1 of 2 records\n/)
    expect(rest.out).toContain('unknown: not all records were looked at')
    expect(rest.err).toContain('for all of them, omit --cursor')
  })

  test('reports which texts cannot be opened', async () => {
    const it = await sealedProject()
    await loginEach(it, ['a'])
    const run = await it.run(['reseal', ...NEW_KEY])
    expect(run.out).toMatch(/^resealed 0 of 3 records\n/)
    expect(run.out).toMatch(/\nseal-old +2 +not available here/)
    expect(run.err).toMatch(/^Cannot be opened: 2\./)
  })

  test('an interruption ends it after the batch, and tells how to continue', async () => {
    const it = await sealedProject()
    // More than one batch of 100 records.
    await asApplication(it, it.sealing.old, async (tokens) => {
      const logins = Array.from({ length: 120 }, (_, i) =>
        tokens.issue({ subject: 'ada', client: 'web', label: `l${i}` }),
      )
      await Promise.all(logins)
    })
    it.write(
      'interrupting.config.ts',
      `import { once } from 'node:events'
${CONFIG}
const { repository } = options
const list = repository.list!.bind(repository)
repository.list = async (...args) => {
  const interrupted = once(process, 'SIGINT')
  process.kill(process.pid, 'SIGINT')
  await interrupted
  return list(...args)
}`,
    )
    const args = ['reseal', ...BOTH, '--json']
    const first = await it.run([...args, '--config', 'interrupting.config.ts'])
    expect(first).toMatchObject({
      exitCode: 3,
      json: { interrupted: true, scanned: 100, resealed: 100, cursor: expect.any(String) },
    })
    const text = await it.run(['reseal', ...BOTH, '--config', 'interrupting.config.ts'])
    expect(text.err).toMatch(
      /^Interrupted; what is resealed stays so\.\nTo continue, add --cursor /,
    )
    const rest = await it.run([...args, '--cursor', first.json['cursor']])
    expect(rest).toMatchObject({ exitCode: 0, json: { scanned: 141, resealed: 140 } })
    expect(new Set(await labels(it)).size).toBe(120)
  })

  test('without keys, and with a config that has its own', async () => {
    const it = await sealedProject()
    const without = await it.run(['reseal'])
    expect(without).toMatchObject({ exitCode: 2, out: '' })
    expect(without.err).toContain('add --key-file FILE for each')
    const key = JSON.stringify({ ...generateSealingKey(), kid: 'of-config' })
    it.write(
      'tokenward.config.ts',
      `${CONFIG.replace('export default', 'const base =')}\nexport default { ...base, sealing: ${key} }`,
    )
    await it.run(['migrate'])
    expect((await it.run(['reseal'])).out).toContain('of-config')
    const conflict = await it.run(['reseal', ...NEW_KEY])
    expect(conflict).toMatchObject({ exitCode: 2, out: '' })
    expect(conflict.err).toContain(
      "--key-file cannot be used with a config file that has the option 'sealing'",
    )
  })

  test('refuses the same key twice, and a key on the command line', async () => {
    const it = await sealedProject()
    await it.run(['migrate'])
    const twice = await it.run(['reseal', ...NEW_KEY, ...NEW_KEY])
    expect(twice).toMatchObject({ exitCode: 2, out: '' })
    expect(twice.err).toContain('has the same id as a key before it')
    const given = await it.run(['reseal', '--key-file', String(it.sealing.old.k), '--json'])
    expect(given).toMatchObject({ exitCode: 2, json: { error: { code: 'USAGE' } } })
  })
})
