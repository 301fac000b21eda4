// An agent with the client of the MCP SDK, and its user.
import {
  Client,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'

/** The revision of the protocol. */
const MCP_VERSION = '2026-07-28'
const CALLBACK = 'https://agent.example/callback'

/** The user of an agent, who follows every redirect, and the memory of the SDK. */
export interface Agent {
  /** The scopes that the user was asked for, one entry for each redirect. */
  readonly askedFor: (string | null)[]
  /** The tokens that the SDK holds. */
  readonly saved: () => StoredOAuthTokens | undefined
  /** Connects with what is in the memory, as after a restart. */
  readonly connect: (resource: string) => Promise<Connection>
}

/** A connection to an MCP server. */
export interface Connection {
  /** @returns what the tool answered */
  readonly call: (tool: string) => Promise<string>
  /** Hands over what the redirect to the agent contained. */
  readonly finishLogin: () => Promise<void>
  readonly close: () => Promise<void>
}

export function createAgent(issuer: string): Agent {
  const askedFor: (string | null)[] = []
  let saved: StoredOAuthTokens | undefined
  let callback = new URLSearchParams()
  let verifier = ''
  let discovery: OAuthDiscoveryState | undefined
  const authProvider: OAuthClientProvider = {
    redirectUrl: CALLBACK,
    clientMetadata: {
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    },
    clientInformation: () => ({ client_id: 'agent', issuer }),
    tokens: () => saved,
    saveTokens: (tokens) => {
      saved = tokens
    },
    invalidateCredentials: (what) => {
      if (what === 'tokens' || what === 'all') saved = undefined
    },
    redirectToAuthorization: async (url) => {
      askedFor.push(url.searchParams.get('scope'))
      const { headers } = await fetch(url, { redirect: 'manual' })
      callback = new URL(headers.get('location') ?? '').searchParams
    },
    codeVerifier: () => verifier,
    saveCodeVerifier: (text) => {
      verifier = text
    },
    discoveryState: () => discovery,
    saveDiscoveryState: (state) => {
      discovery = state
    },
  }
  const connect = async (resource: string) => {
    const transport = () => new StreamableHTTPClientTransport(new URL(resource), { authProvider })
    return openConnection(transport, () => callback)
  }
  return { askedFor, saved: () => saved, connect }
}

/** Logs the user in first, if the server asks for it. */
async function openConnection(
  createTransport: () => StreamableHTTPClientTransport,
  callback: () => URLSearchParams,
): Promise<Connection> {
  const client = new Client(
    { name: 'agent', version: '1.0.0' },
    { versionNegotiation: { mode: { pin: MCP_VERSION } } },
  )
  let transport = createTransport()
  try {
    await client.connect(transport)
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    await transport.finishAuth(callback())
    transport = createTransport()
    await client.connect(transport)
  }
  return {
    call: async (tool) => {
      const { content } = await client.callTool({ name: tool })
      return content.map((part) => (part.type === 'text' ? part.text : part.type)).join()
    },
    finishLogin: () => transport.finishAuth(callback()),
    close: () => client.close(),
  }
}
