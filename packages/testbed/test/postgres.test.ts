import pg from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { connectionError, startHere } from './support.ts'

async function client(config: pg.ClientConfig): Promise<pg.Client> {
  const opened = new pg.Client(config)
  opened.on('error', () => undefined)
  await opened.connect()
  onTestFinished(() => opened.end().catch(() => undefined))
  return opened
}

it('restarts after SIGKILL at the same port, with its data', async () => {
  const { url, kill, start } = await startHere('postgres')
  const before = await client({ connectionString: url })
  await before.query('CREATE TABLE kept AS SELECT 42 AS value')
  await kill()
  await expect(before.query('SELECT 1')).rejects.toThrow()
  expect(await connectionError(url)).toBe('ECONNREFUSED')
  await start()
  const after = await client({ connectionString: url })
  expect((await after.query('SELECT value FROM kept')).rows).toEqual([{ value: 42 }])
})

it('returns what the server printed, once it has printed the given text', async () => {
  const { url, log } = await startHere('postgres')
  const connection = await client({ connectionString: url })
  const missing = `missing_${process.pid}`
  await expect(connection.query(`SELECT ${missing}`)).rejects.toThrow('does not exist')
  expect(await log(missing)).toMatch(/ready to accept connections[\s\S]*missing_/)
})

it('does not answer while suspended, and keeps its connections', async () => {
  const { url, pause, resume } = await startHere('postgres', { version: '15' })
  const connection = await client({ connectionString: url })
  await pause()
  let answered = false
  const query = connection.query('SELECT 1 AS one').finally(() => {
    answered = true
  })
  // This takes several round trips, and a running server would have answered after one.
  expect(await connectionError(url)).toBeUndefined()
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(answered).toBe(false)
  await resume()
  expect((await query).rows).toEqual([{ one: 1 }])
})

it('has the given settings, a TLS certificate, and a clock that can be set', async () => {
  const { url, certificate, setClock, run } = await startHere('postgres', {
    version: '15',
    settings: { synchronous_commit: 'off' },
    tls: true,
    clock: true,
  })
  const connection = await client({ connectionString: url, ssl: { ca: certificate } })
  const read = async () => {
    const { rows } = await connection.query<{ now: number; commit: string }>(
      `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now,
        current_setting('synchronous_commit') AS commit`,
    )
    return { now: rows[0]?.now ?? 0, commit: rows[0]?.commit }
  }
  expect((await read()).commit).toBe('off')
  expect(await run(['psql', '-Atc', 'SELECT current_user'])).toBe('tokenward\n')
  if (!setClock) return
  for (const offset of [3_600_000, -3_600_000, 0]) {
    await setClock(offset)
    const before = Date.now()
    const { now } = await read()
    expect(now - offset).toBeGreaterThan(before - 30_000)
    expect(now - offset).toBeLessThan(Date.now() + 30_000)
  }
})
