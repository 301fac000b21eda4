// The endpoints, compared with those of oidc-provider, a certified authorization server.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DIFFERENCES } from './differences.ts'
import { type Observed, observe } from './observe.ts'
import { REQUESTS } from './requests.ts'
import { type AuthorizationServer, startOurs, startTheirs } from './two-servers.ts'
import { versionOf } from './version.ts'

let ours: AuthorizationServer
let theirs: AuthorizationServer
const version = versionOf('oidc-provider')

beforeAll(async () => {
  ours = await startOurs()
  theirs = await startTheirs()
})
afterAll(async () => {
  await ours.close()
  await theirs.close()
})

describe(`oidc-provider ${version} and the endpoints answer alike, but for the differences that are listed`, () => {
  test('the version is the one that the differences were judged for', () => {
    expect(version).toMatch(/^9\./)
  })

  test.for(Object.entries(REQUESTS))('%s', async ([name, request]) => {
    const observed = [await observe(ours, request), await observe(theirs, request)] as const
    expect(differenceOf(...observed)).toEqual(listed(name))
  })

  test('every difference is about a request that is sent', () => {
    const named = DIFFERENCES.flatMap(({ requests }) => requests)
    expect(named.filter((name) => !Object.hasOwn(REQUESTS, name))).toEqual([])
  })
})

type Difference = Readonly<Record<'ours' | 'theirs', Partial<Observed>>>

function differenceOf(ours: Observed, theirs: Observed): Difference {
  const names = (Object.keys(ours) as (keyof Observed)[]).filter((n) => ours[n] !== theirs[n])
  const only = (observed: Observed) => Object.fromEntries(names.map((n) => [n, observed[n]]))
  return { ours: only(ours), theirs: only(theirs) }
}

function listed(name: string): Difference {
  const about = DIFFERENCES.filter(({ requests }) => requests.includes(name))
  return {
    ours: Object.assign({}, ...about.map(({ ours }) => ours)) as Partial<Observed>,
    theirs: Object.assign({}, ...about.map(({ theirs }) => theirs)) as Partial<Observed>,
  }
}
