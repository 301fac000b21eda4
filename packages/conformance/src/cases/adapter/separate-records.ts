import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { eventLoopTurns, handleLater } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertStored,
  changed,
  collidingNames,
  insertAll,
  makeRecord,
  readOne,
  writeOne,
} from './records.ts'

const fullKeyCompared: Case = {
  name: 'full-key-compared',
  level: 'adapter',
  catches:
    'every character of a key counts, and its case: no column, prefix or hash shortens it, and no collation',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const key = context.random.key()
    const twins = [...key].flatMap((character, at) =>
      [character === '0' ? '1' : '0', otherCase(character)].map(
        (other) => `${key.slice(0, at)}${other}${key.slice(at + 1)}`,
      ),
    )
    const records = [...new Set([key, ...twins])].map((each) => makeRecord(context, { key: each }))
    for (const record of records) {
      const done = await writeOne(repository, record, null)
      assert.equal(done, true, 'keys that differ in one character: an insert')
    }
    for (const record of records) {
      const found = await readOne(repository, record.key)
      assertStored(found, record, 'keys that differ in one character')
    }
  },
}

const recordsAreCopies: Case = {
  name: 'records-are-copies',
  level: 'adapter',
  catches: 'a stored record is not shared: changing a returned record changes no other copy',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const given = makeRecord(context, { groups: [`s${context.random.key()}`] })
    const record = structuredClone(given)
    await insertAll(repository, [given])
    corrupt(given)
    const answer = await readOne(repository, record.key)
    assertStored(answer, record, 'after a writer changes its record')
    if (answer) corrupt(answer)
    const again = await readOne(repository, record.key)
    assertStored(again, record, 'after a reader changes its answer')
  },
}

function otherCase(character: string): string {
  const lower = character.toLowerCase()
  return character === lower ? character.toUpperCase() : lower
}

/** As far as the object can be changed. */
function corrupt(record: StoredRecord): void {
  Reflect.set(record, 'state', 'revoked')
  Reflect.set(record.groups, 0, 'spoiled')
}

const readsNotCoalesced: Case = {
  name: 'reads-not-coalesced',
  level: 'adapter',
  catches: 'a read does not join another pending read, whose answer may be older than the call',
  requires: always,
  rounds: { quick: 50, full: 2_000 },
  async run(context) {
    const [reader, writer] = [await context.repository(), await context.repository()]
    let stored = makeRecord(context)
    await insertAll(writer, [stored])
    for (let round = 0; round < context.rounds; round++) {
      const next = changed(context, stored)
      const ended = new AbortController()
      // Some begin before the write, and some before it ends.
      const lanes = [0, 1, 2].map(() => handleLater(readUntil(ended.signal, reader, next.key)))
      const writing = writeOne(writer, next, stored.etag).finally(() => ended.abort())
      assert.equal(await writing, true)
      const found = await readOne(reader, next.key)
      assertStored(found, next, 'an answer older than the question')
      await Promise.all(lanes)
      stored = next
    }
  },
}

async function readUntil(ended: AbortSignal, reader: TokenRepository, key: string): Promise<void> {
  while (!ended.aborted) {
    await readOne(reader, key)
    await eventLoopTurns(1)
  }
}

const namespacesApart: Case = {
  name: 'namespaces-apart',
  level: 'adapter',
  catches: 'read and write affect one namespace, also if a key of another is named',
  requires: always,
  async run(context) {
    const spaces = collidingNames(context)
    const repositories = await Promise.all(spaces.map((space) => context.repository(space)))
    for (const [at, home] of repositories.entries()) {
      const record = makeRecord(context)
      await insertAll(home, [record])
      for (const [i, other] of repositories.entries()) {
        if (other === home) continue
        const what = `a key of ${spaces[at]}, asked for in ${spaces[i]}`
        assertStored(await readOne(other, record.key), null, what)
        const rival = changed(context, record)
        assert.equal(await writeOne(other, rival, record.etag), false, `${what}: a replacement`)
        const repeated = await writeOne(other, record, rival.etag)
        assert.equal(repeated, false, `${what}: a repeated write`)
        assert.equal(await writeOne(other, rival, null), true, `${what}: an insert`)
        assertStored(await readOne(home, record.key), record, `${what}: it moved`)
      }
    }
  },
}

export const cases: readonly Case[] = [
  readsNotCoalesced,
  fullKeyCompared,
  recordsAreCopies,
  namespacesApart,
]
