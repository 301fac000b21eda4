import type { ServerHandle } from '@tokenward/conformance'
import type { Testbed } from '@tokenward/testbed'
import pg from 'pg'
import { asAdministrator } from './administrator.ts'

/** All statements; Postgres logs their parameters with them. */
export function logging({ url, log }: Testbed): Pick<ServerHandle, 'recordLog'> {
  if (log === undefined) return {}
  return {
    async recordLog() {
      await setLogged(url, 'all')
      const before = await log('')
      return async () => {
        const end = `-- the end ${crypto.randomUUID()}`
        await asAdministrator(url, `SELECT 1 ${end}`)
        const all = await log(end)
        await setLogged(url, 'none')
        return all.slice(before.length)
      }
    },
  }
}

/** Resolves once new connections have the setting. */
async function setLogged(url: string, statements: 'all' | 'none'): Promise<void> {
  await asAdministrator(url, `ALTER SYSTEM SET log_statement = '${statements}'`)
  await asAdministrator(url, 'SELECT pg_reload_conf()')
  while ((await loggedOf(url)) !== statements);
}

async function loggedOf(url: string): Promise<unknown> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query('SHOW log_statement')
  await client.end()
  return rows[0]?.log_statement
}
