import { createTokenward, generateKeys, prepare } from '@tokenward/core'
import { expect, inject, onTestFinished, test } from 'vitest'
import { client, connect, prepared } from './support.ts'

async function stage() {
  const namespace = crypto.randomUUID()
  await prepared(inject('redis'), { namespace })
  const options = async () => ({
    issuer: 'https://api.example',
    keys: await generateKeys(),
    repository: connect(inject('redis'), { namespace }),
  })
  return { namespace, operator: client(), note: `tokenward:{${namespace}}`, options }
}

test.each<[string, number | undefined, string]>([
  ['the first', undefined, 'delete the keys'],
  ['an earlier', 2, 'delete the keys'],
  ['a later', 4, 'update @tokenward/redis'],
])('a store that %s version prepared is refused, and not changed', async (_, layout, help) => {
  const { namespace, operator, note, options } = await stage()
  const current = JSON.parse((await operator.get(note)) ?? '')
  const text = JSON.stringify({ ...current, layout })
  await operator.set(note, text)
  const refused = {
    code: 'TOKENWARD_NOT_PREPARED',
    message: expect.stringContaining(help),
  }
  await expect(connect(inject('redis'), { namespace }).open()).rejects.toMatchObject(refused)
  await expect(createTokenward(await options())).rejects.toMatchObject(refused)
  await expect(prepare(await options())).rejects.toMatchObject(refused)
  expect(await operator.keys(`tokenward:{${namespace}*`)).toEqual([note])
  expect(await operator.get(note)).toBe(text)
})

test('records of the first version accept no token, also without a note', async () => {
  const { namespace, operator, note, options } = await stage()
  const made = await options()
  await prepare(made)
  const tokens = await createTokenward(made)
  onTestFinished(() => tokens.close())
  const { accessToken } = await tokens.issue({ subject: 'ada', client: 'web' })
  expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  const names = await operator.keys(`tokenward:{${namespace}:??}:${'?'.repeat(24)}`)
  for (const name of names) {
    const [, kind, state, etag, , ...rest] = String(await operator.get(name)).split(' ')
    await operator.set(name, ['1', kind, state, etag, ...rest].join(' '))
  }
  await operator.del(note)
  expect(await tokens.verify(accessToken)).toMatchObject({ active: false, reason: 'corrupt' })
  const repository = connect(inject('redis'), { namespace })
  await expect(createTokenward({ ...made, repository })).rejects.toThrow('root record is corrupt')
})
