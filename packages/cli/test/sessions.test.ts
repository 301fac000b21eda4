import type { Page, SessionPage } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { ISSUER, STORE } from './support/project.ts'
import {
  asApplication,
  loginEach,
  NEW_KEY,
  OLD_KEY,
  sealedProject,
} from './support/sealed-project.ts'

const TIME = String.raw`2\d{3}-\d\d-\d\dT\d\d:\d\dZ`
const RECORD = '[\\w-]{24}'

describe('sessions', () => {
  test('prints what a person would look at, the newest first', async () => {
    const it = await sealedProject()
    const ids = await loginEach(it, ['Firefox', 'iPhone'])
    const run = await it.run(['sessions', '--subject', 'ada', ...OLD_KEY])
    const [head, ...rows] = run.out.trimEnd().split('\n')
    expect(head).toMatch(/^LABEL +CLIENT +CREATED +LAST USED +EXPIRES +STATUS +SESSION OR RECORD$/)
    expect(rows).toEqual([
      expect.stringMatching(new RegExp(`^iPhone +web( +${TIME}){3} +active +${ids[1]}$`)),
      expect.stringMatching(new RegExp(`^Firefox +web( +${TIME}){3} +active +${ids[0]}$`)),
    ])
    expect(run).toMatchObject({ exitCode: 0, err: '' })
  })

  test('--data, page by page, with --store', async () => {
    const it = await sealedProject()
    await loginEach(it, ['Firefox', 'iPhone'])
    const args = ['sessions', '--subject', 'ada', '--client', 'web', '--data', '--limit', '1']
    const fromUrl = [...args, ...STORE, '--issuer', ISSUER, ...OLD_KEY]
    const first = await it.run(fromUrl)
    expect(first.out).toMatch(/ {2}DATA\niPhone .* {2}\{"device":"iPhone"\}\n$/)
    const cursor = /^Next page: --cursor (\S+)\n$/.exec(first.err)?.[1] ?? ''
    const { json } = await it.run([...fromUrl, '--cursor', cursor, '--json'])
    expect(json).toMatchObject({ items: [{ label: 'Firefox', data: { device: 'Firefox' } }] })
    expect((json as SessionPage).items).toHaveLength(1)
  })

  test('shows the keys of records without a sealing key, and which one is missing', async () => {
    const it = await sealedProject()
    await loginEach(it, ['Firefox'])
    const without = await it.run(['sessions', '--subject', 'ada'])
    expect(without.out).toMatch(new RegExp(`\n- +- +.* +active +${RECORD}\n$`))
    expect(without.err).toContain('--key-file FILE')
    const other = await it.run(['sessions', '--subject', 'ada', '--data', ...NEW_KEY])
    expect(other.out).toMatch(
      new RegExp(`\nsealed with seal-old \\(not available\\) .* ${RECORD} +-\n$`),
    )
    expect(other.exitCode).toBe(0)
  })

  test('of an unknown user are none, and a revoked one has its reason', async () => {
    const it = await sealedProject()
    const [session = ''] = await loginEach(it, ['Firefox'])
    await it.run(['revoke', `--session=${session}`])
    const run = await it.run(['sessions', '--subject', 'ada', ...OLD_KEY])
    expect(run.out).toContain('revoked (session)')
    expect(await it.run(['sessions', '--subject', 'bob'])).toMatchObject({
      exitCode: 0,
      out: '',
      err: 'No sessions.\n',
    })
  })
})

describe('names', () => {
  test('in a list, where the key is there', async () => {
    const it = await sealedProject()
    const [session] = await loginEach(it, ['Firefox'])
    const run = await it.run(['list', '--subject', 'ada', ...OLD_KEY])
    expect(run.out).toMatch(/^SESSION, JTI OR RECORD +SUBJECT +CLIENT +LABEL +KIND /)
    expect(run.out).toMatch(new RegExp(`\n${session} +ada +web +Firefox +session +1 `))
    expect(run.out).toMatch(/\n[\w-]{22} +ada +web +- +token +- /)
    expect(run.out).not.toMatch(new RegExp(RECORD))
    const json = (await it.run(['list', '--subject', 'ada', '--json', ...OLD_KEY])).json as Page
    expect(json.items.map(({ subject }) => subject)).toEqual(['ada', 'ada'])
  })

  test('in a list with another key', async () => {
    const it = await sealedProject()
    await loginEach(it, ['Firefox'])
    const run = await it.run(['list', '--subject', 'ada', '--kind', 'session', ...NEW_KEY])
    expect(run.out).toMatch(
      new RegExp(`\n${RECORD} +- +- +sealed with seal-old \\(not available\\) +session `),
    )
  })

  test('and the note of a revocation, in an explanation', async () => {
    const it = await sealedProject()
    const { accessToken, jti, session } = await asApplication(it, it.sealing.old, (tokens) =>
      tokens.issue({ subject: 'ada', client: 'web', label: 'Firefox' }),
    )
    it.secrets.push(accessToken)
    await it.run(['revoke', `--session=${session}`, '--reason', 'lost', ...OLD_KEY])
    const explain = async (...args: readonly string[]) =>
      (await it.run(['explain', '-', ...args], { input: accessToken })).out
    const known = await explain(...OLD_KEY)
    expect(known).toMatch(/^INACTIVE revoked \(session\) 2\S+Z "lost"\n/)
    expect(known).toMatch(new RegExp(`\n  token .* ada at web, token ${jti}(\n|$)`))
    const unknown = await explain(...NEW_KEY)
    expect(unknown).toMatch(/\n {2}token .* sealed with seal-old \(not available\)(\n|$)/)
    expect(unknown).not.toContain('lost')
    expect(await explain()).not.toMatch(/lost|ada|seal-old/)
  })
})

describe('revoke --except', () => {
  test('revokes all sessions but one, and prints how many', async () => {
    const it = await sealedProject()
    const [first = '', kept = '', last = ''] = await loginEach(it, ['a', 'b', 'c'])
    const args = ['revoke', '--subject', 'ada', `--except=${kept}`, '--reason', 'new password']
    const run = await it.run([...args, ...OLD_KEY])
    expect(run.out).toMatch(
      new RegExp(
        `^Revoked 2 sessions and tokens of subject ada, all but session ${kept}, at 2\\S+Z\n$`,
      ),
    )
    expect(run).toMatchObject({ exitCode: 0, err: '' })
    const { items } = (await it.run(['sessions', '--subject', 'ada', '--json', ...OLD_KEY]))
      .json as SessionPage
    expect(items.map(({ session, active }) => [session, active])).toEqual([
      [last, false],
      [kept, true],
      [first, false],
    ])
    const again = await it.run([...args, '--actor', 'support', '--json'])
    expect(again).toMatchObject({ exitCode: 0, json: { revoked: true, count: 0 } })
  })
})
