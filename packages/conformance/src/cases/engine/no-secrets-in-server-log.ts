import assert from 'node:assert/strict'
import type { ServerHandle } from '../../harness/server-handle.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import { plantedSecrets, SUBJECT, useEverything } from './planted-secrets.ts'

const noSecretsInServerLog: Case = {
  planRow: 37,
  name: 'no-secrets-in-server-log',
  level: 'engine',
  catches: 'a server that logs all that it is sent logs no token, no data, no name and no key',
  requires: handle('recordLog'),
  async run(context) {
    const planted = plantedSecrets(context)
    const sent = recordCalls()
    const instance = await context.instance({ ...planted.options, wrap: sent.wrap })
    const endRecording = await (context.environment.server as Recordable).recordLog()
    const logins = await useEverything(context, instance, planted.canary)
    const log = await endRecording()
    const keys = new Set(sent.writes.flat().map(({ record }) => record.key))
    const missing = [...keys].filter((key) => !log.includes(key))
    assert.deepEqual(missing, [], 'the log has what was sent')
    for (const [what, secret] of [...planted.of(logins), ['a name', SUBJECT] as const])
      assert.ok(!log.includes(secret), `${what} is in the log of the server`)
    context.note(`${log.length} characters of log, with ${keys.size} keys of records`)
  },
}

type Recordable = Required<Pick<ServerHandle, 'recordLog'>>

export const cases: readonly Case[] = [noSecretsInServerLog]
