import pg from 'pg'

/** On a separate connection, which no fault of the adapter affects. */
export async function asAdministrator(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<void> {
  const client = new pg.Client(url)
  client.on('error', () => undefined) // The query rejects anyway.
  await client.connect()
  try {
    await client.query(values.length === 0 ? text : { text, values: [...values] })
  } finally {
    await client.end()
  }
}
