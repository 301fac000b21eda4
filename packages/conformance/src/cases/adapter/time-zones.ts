import assert from 'node:assert/strict'
import { DAY, HOUR, MINUTE } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertStored, changed, insertAll, makeRecord, writeOne } from './records.ts'

/** Both have summer time, in opposite halves of the year. */
const ZONES = ['America/New_York', 'Pacific/Auckland'] as const

const timeZones: Case = {
  name: 'time-zones',
  level: 'adapter',
  catches: 'an instant is the same in every time zone, at both ends of summer time too',
  requires: always,
  async run(context) {
    const before = process.env['TZ']
    context.onClose(async () => setZone(before))
    const repository = await context.repository()
    for (const zone of ZONES) {
      setZone(zone)
      const changes = offsetChanges()
      assert.ok(changes.length > 1, `the time zone of the process cannot be set to ${zone}`)
      const instants = changes.flatMap((at) => [at - HOUR, at - 1, at, at + HOUR / 2, at + HOUR])
      const records = instants.map((at) =>
        makeRecord(context, { expiresAt: at, retainUntil: at + DAY }),
      )
      await insertAll(repository, records)
      for (const other of ZONES) {
        setZone(other)
        const reader = await context.repository()
        const found = await reader.read(
          records.map(({ key }) => key),
          deadline(),
        )
        for (const [i, record] of records.entries())
          assertStored(found[i] ?? null, record, `written in ${zone} and read in ${other}`)
        for (const [i, record] of records.entries()) {
          const next = changed(context, record)
          assert.equal(await writeOne(reader, next, record.etag), true)
          records[i] = next
        }
      }
    }
  },
}

/** The dates that Node makes from now on are in this time zone. */
function setZone(zone: string | undefined): void {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
}

/** The next instants at which summer time begins or ends in the zone of the process. */
function offsetChanges(): number[] {
  const found: number[] = []
  const start = Math.ceil(Date.now() / HOUR) * HOUR + DAY
  for (let at = start; at < start + 366 * DAY; at += HOUR) {
    if (offsetAt(at) !== offsetAt(at - MINUTE)) found.push(at)
  }
  return found
}

function offsetAt(instant: number): number {
  return new Date(instant).getTimezoneOffset()
}

export const cases: readonly Case[] = [timeZones]
