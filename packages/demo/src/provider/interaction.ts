import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type Provider from 'oidc-provider'
import type { InteractionResults } from 'oidc-provider'
import { API } from './clients.ts'

const FOLDER = '/interaction/'

export function loginPage(uid: string): string {
  return `${FOLDER}${uid}`
}

export function isInteraction(request: IncomingMessage): boolean {
  return request.url?.startsWith(FOLDER) ?? false
}

/** The only page of this provider: a login form without a password. */
export async function answerInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (request.method === 'POST') await logIn(provider, request, response)
    else response.end('<form method="post"><input name="login"><button>Log in</button></form>')
  } catch (error) {
    response.writeHead(400).end(String(error))
  }
}

async function logIn(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response)
  const accountId = new URLSearchParams(await text(request)).get('login')
  if (accountId === null) throw new Error('The form has no field login.')
  const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
  grant.addOIDCScope('openid')
  grant.addResourceScope(API, 'read')
  const result: InteractionResults = {
    login: { accountId },
    consent: { grantId: await grant.save() },
  }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}
