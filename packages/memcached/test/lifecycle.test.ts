import { describe, expect, test } from 'vitest'
import { connect, deadline, drivers, key } from './support.ts'

describe.each(drivers)('by %s', (client) => {
  test('open() that fails rejects with help, and stays closed', async () => {
    const repository = connect('127.0.0.1:1', { client })
    await expect(repository.open()).rejects.toMatchObject({
      message: expect.stringContaining('start the server'),
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }),
    })
    await expect(repository.read([key()], deadline())).rejects.toMatchObject({
      code: 'TOKENWARD_CLOSED',
    })
  })
})
