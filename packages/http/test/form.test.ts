import { expect, test } from 'vitest'
import { readForm } from '../src/request/form.ts'

const FORM = 'application/x-www-form-urlencoded'

function post(body: BodyInit | null, type: string = FORM): Request {
  const init = { method: 'POST', headers: { 'content-type': type }, body, duplex: 'half' }
  return new Request('https://api.example/token', init)
}

/** A body of chunks. `more`: whether it goes on without end after them. */
function stream(chunks: readonly string[], more = false) {
  const state = { cancelled: false }
  const rest = [...chunks]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = rest.shift()
      if (next !== undefined) return controller.enqueue(new TextEncoder().encode(next))
      return more ? new Promise<void>(() => undefined) : controller.close()
    },
    cancel() {
      state.cancelled = true
    },
  })
  return { body, state }
}

const failure = (status: number) => ({ status, error: 'invalid_request' })

test('a form is a map of its parameters', async () => {
  const { body } = stream(['grant_type=refresh', '_token&refresh_token=a%2Bb+c'])
  const form = await readForm(post(body))
  expect(form).toEqual(
    new Map([
      ['grant_type', 'refresh_token'],
      ['refresh_token', 'a+b c'],
    ]),
  )
})

test('a parameter without a value counts as omitted', async () => {
  expect(await readForm(post('a=&b&c=1'))).toEqual(new Map([['c', '1']]))
})

test('a request without a body is an empty form', async () => {
  expect(await readForm(post(null))).toEqual(new Map())
})

test.for(['token=a&token=b', 'token=a&token=a', 'token=a&tok%65n=', '__proto__=a&__proto__=b'])(
  'a repeated parameter is refused: %s',
  async (body) => {
    expect(await readForm(post(body))).toMatchObject(failure(400))
  },
)

test('names of members that every object inherits are parameters like others', async () => {
  const form = await readForm(post('__proto__=a&constructor=b&toString=c'))
  expect(form).toEqual(
    new Map([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 'c'],
    ]),
  )
  expect(Object.getPrototypeOf({})).toBe(Object.prototype)
})

test.for([`${FORM};charset=UTF-8`, `${FORM}; charset="utf-8"`, FORM.toUpperCase()])(
  'the content type may be %s',
  async (type) => {
    expect(await readForm(post('a=1', type))).toEqual(new Map([['a', '1']]))
  },
)

test.for([
  '',
  'application/json',
  'multipart/form-data; boundary=x',
  `${FORM}; charset=latin1`,
  `${FORM}, text/html`,
])('the content type may not be %s', async (type) => {
  expect(await readForm(post('a=1', type))).toMatchObject(failure(400))
})

test('a body that is too large is given up', async () => {
  const { body, state } = stream(['a'.repeat(600), 'a'.repeat(600)], true)
  expect(await readForm(post(body), { maxBytes: 1000 })).toMatchObject(failure(413))
  expect(state.cancelled).toBe(true)
})

test('a body that announces to be too large is not read', async () => {
  const request = post('a=1')
  request.headers.set('content-length', '70000')
  expect(await readForm(request)).toMatchObject(failure(413))
  expect(request.bodyUsed).toBe(false)
})

test('a body of the largest size is read', async () => {
  expect(await readForm(post('a=12345678'), { maxBytes: 10 })).toEqual(new Map([['a', '12345678']]))
  expect(await readForm(post('a=123456789'), { maxBytes: 10 })).toMatchObject(failure(413))
})

test('a body that never ends is given up', async () => {
  const { body, state } = stream(['a=1'], true)
  expect(await readForm(post(body), { timeoutMs: 20 })).toMatchObject(failure(408))
  expect(state.cancelled).toBe(true)
})

test('a body that is not UTF-8 is refused', async () => {
  expect(await readForm(post(new Uint8Array([97, 61, 255])))).toMatchObject(failure(400))
  expect(await readForm(post(new Uint8Array([97, 61, 0xc3])))).toMatchObject(failure(400))
})

test('a body that breaks off is refused', async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.error(new Error('The connection was reset.')),
  })
  expect(await readForm(post(body))).toMatchObject(failure(400))
})
