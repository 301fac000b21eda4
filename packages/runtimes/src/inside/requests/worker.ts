// Runs inside workerd: requests that share an instance, whose store is reached by HTTP.
import { createTokenward, generateKeys, prepare, type Tokenward } from '@tokenward/core'
import { httpRepository } from './http-repository.ts'
import type { Login, PairRequest, RequestTo, Started, StartRequest } from './messages.ts'

/** A request that waits for the other one keeps a timer, as one that waits for I/O does. */
const LONGEST_WAIT_MS = 5_000
const TOGETHER_AFTER_MS = 50

const outside = await errorOf(generateKeys)
let tokens: Tokenward | null = null
const waiting = new Map<string, (at: number) => void>()

export default {
  async fetch(request: Request): Promise<Response> {
    const asked = (await request.json()) as RequestTo
    const answer = asked.action === 'start' ? await start(asked) : await together(asked)
    return Response.json(answer)
  },
}

/** Makes the instance in this request, and a login for each request of each pair. */
async function start({ batch, store, pairs }: StartRequest): Promise<Started> {
  const options = {
    issuer: 'https://worker.example',
    keys: await generateKeys(),
    repository: httpRepository(store, batch),
    deadline: '5s',
    batch,
  } as const
  await prepare(options)
  tokens = await createTokenward(options)
  const logins: Login[] = []
  for (let n = 0; n < pairs * 2; n++) {
    const { accessToken, refreshToken } = await tokens.issue({ subject: `${n}`, client: 'web' })
    // The signature is known then, so nothing but the store takes time later.
    await tokens.verify(accessToken)
    logins.push({ accessToken, refreshToken })
  }
  return { logins, outside }
}

/** Starts when the other request of the pair has come, so that both run at once. */
async function together({ action, pair, token }: PairRequest): Promise<string> {
  await bothHere(pair)
  const error = await errorOf(async () => {
    const result = await tokens?.[action](token)
    if (!result?.active) throw new Error(`refused: ${result?.reason}`)
  })
  return error ?? 'active'
}

/** Both go on at the same ms, so that their calls to the store may meet in one turn of the event loop. */
async function bothHere(pair: string): Promise<void> {
  const other = waiting.get(pair)
  let at = Date.now() + TOGETHER_AFTER_MS
  if (other === undefined) {
    const { promise, resolve } = Promise.withResolvers<number>()
    waiting.set(pair, resolve)
    const timer = setTimeout(() => resolve(0), LONGEST_WAIT_MS)
    at = await promise
    clearTimeout(timer)
  } else {
    waiting.delete(pair)
    other(at)
  }
  await new Promise<void>((resolve) => setTimeout(resolve, at - Date.now()))
}

/** The whole chain of causes; `null`: there was none. */
async function errorOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    return textOf(error)
  }
}

function textOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? textOf(error.cause) : null
  return cause === null ? String(error) : `${error}; caused by: ${cause}`
}
