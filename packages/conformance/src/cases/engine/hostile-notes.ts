import assert from 'node:assert/strict'
import type { RevocationNote, Target, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused, assertThrows } from './assertions.ts'

/** Code units: controls, DEL, C1 controls and the scripts that old encodings disagree about. */
const UNITS = Array.from({ length: 0x300 }, (_, unit) => String.fromCharCode(unit))
const CHUNK = 32
/** Each alone, so that a failure names its cause. */
const ALONE = ['\0', '\n', '\x1b', '\x7f', '\x80', '\x85', '\x9f', '\xad', '\u2028', '\u2029']
const RARE = ['\ufeff', '\ufffd', '\uffff', '\ue000', '\u202e', '\u{1f4a5}', '\u{10ffff}']

/** Invalid text: half a surrogate pair, or too long. */
const NO_TEXTS = ['\ud800', 'a\udc00b', '\udfff\ud800', 'x'.repeat(65_536), '\x7f'.repeat(65_536)]

const hostileNotes: Case = {
  name: 'hostile-notes',
  level: 'engine',
  catches:
    'whatever characters a note or a name has, the record can be read, and no other record changes',
  requires: always,
  async run(context) {
    const instance = await context.instance()
    const canary = await instance.issue({ subject: 'canary', client: 'canary' })
    for (const text of texts()) {
      await notesComeBack(instance, text)
      await assertLoginActive(instance, canary, `the canary, after ${JSON.stringify(text)}`)
    }
    await refused(context)
    await ofEverything(context)
  },
}

function texts(): string[] {
  const chunks: string[] = []
  for (let at = 0; at < UNITS.length; at += CHUNK) {
    chunks.push(UNITS.slice(at, at + CHUNK).join(''))
  }
  return [...chunks, ...[...ALONE, ...RARE].map((unit) => `lost${unit}phone`)]
}

/** Every scope is revoked with the text as its name and the text as its note. */
async function notesComeBack(instance: Tokenward, text: string): Promise<void> {
  const note: RevocationNote = { reason: text, actor: text }
  const login = await instance.issue({ subject: text, client: text })
  const targets: Record<string, Target> = {
    token: { jti: text },
    session: { session: text },
    'subject+client': { subject: text, client: text },
    client: { client: text },
    subject: { subject: text },
  }
  for (const [scope, target] of Object.entries(targets)) {
    await instance.revoke(target, note)
    const { checks } = await instance.explain(target)
    const shown = checks.find((check) => check.scope === scope)?.note
    const what = `the note of a ${scope} named ${JSON.stringify(text)} comes back`
    assert.deepEqual({ ...shown }, note, what)
  }
  await assertLoginRefused(instance, login, `of ${JSON.stringify(text)}`)
  const next = await instance.issue({ subject: text, client: text })
  await assertLoginActive(instance, next, `the next login of ${JSON.stringify(text)}`)
  const revoked = await instance.revoke(next.accessToken, note)
  assert.deepEqual(revoked.revoked && { ...revoked.note }, note, 'an access token')
}

/** Refused before anything is sent. */
async function refused(context: CaseContext): Promise<void> {
  const sent = recordCalls()
  const instance = await context.instance({ wrap: sent.wrap })
  sent.clear()
  for (const text of NO_TEXTS) {
    const calls = {
      subject: () => instance.revoke({ subject: text }),
      client: () => instance.revoke({ client: text }),
      session: () => instance.revoke({ session: text }),
      jti: () => instance.revoke({ jti: text }),
      reason: () => instance.revoke({ subject: 'ada' }, { reason: text }),
      actor: () => instance.revoke({ subject: 'ada' }, { actor: text }),
    }
    for (const [name, call] of Object.entries(calls)) {
      await assertThrows(call, 'TOKENWARD_INVALID_INPUT', `${name} of ${text.length} code units`)
    }
  }
  assert.equal(sent.calls(), 0, 'nothing was sent')
}

/** The root keeps a note too, and every call reads it. */
async function ofEverything(context: CaseContext): Promise<void> {
  const instance = await context.instance()
  const note: RevocationNote = { reason: [...ALONE, ...RARE].join(''), actor: '\x7f' }
  const login = await instance.issue({ subject: 'ada', client: 'web' })
  await instance.revoke({ everything: true }, note)
  const result = await instance.verify(login.accessToken)
  assert.deepEqual(result.active ? 'active' : { ...result.note }, note, 'the note of everything')
  await assertLoginActive(
    instance,
    await instance.issue({ subject: 'ada', client: 'web' }),
    'a new login is accepted',
  )
}

export const cases: readonly Case[] = [hostileNotes]
