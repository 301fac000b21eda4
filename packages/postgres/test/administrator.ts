import pg from 'pg'

/** On a connection of its own, which no fault of the adapter's touches. */
export async function asAdministrator(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const client = new pg.Client(url)
  client.on('error', () => undefined) // What it is asked rejects by itself.
  await client.connect()
  try {
    await client.query(values.length === 0 ? text : { text, values: [...values] })
  } finally {
    await client.end()
  }
}
