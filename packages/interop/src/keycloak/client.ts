import { CLIENT, REALM, USER } from './realm.ts'
import { ADMIN } from './server.ts'

export interface TokenResponse {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
}

/** What an application and an administrator do at Keycloak. */
export class KeycloakClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  get issuer(): string {
    return `${this.#url}/realms/${REALM}`
  }

  logIn(): Promise<TokenResponse> {
    return this.#token(REALM, { client_id: CLIENT, scope: 'openid', ...USER })
  }

  /** The user logs out of the application. */
  async logOut({ refresh_token }: TokenResponse): Promise<void> {
    const url = `${this.issuer}/protocol/openid-connect/logout`
    await this.#send(url, { method: 'POST', body: form({ client_id: CLIENT, refresh_token }) })
  }

  /** An administrator ends one session. */
  async endSession(session: string): Promise<void> {
    const { access_token } = await this.#token('master', { client_id: 'admin-cli', ...ADMIN })
    const url = `${this.#url}/admin/realms/${REALM}/sessions/${session}`
    const headers = { authorization: `Bearer ${access_token}` }
    await this.#send(url, { method: 'DELETE', headers })
  }

  async #token(realm: string, fields: Record<string, string>): Promise<TokenResponse> {
    const url = `${this.#url}/realms/${realm}/protocol/openid-connect/token`
    const body = form({ grant_type: 'password', ...fields })
    return (await this.#send(url, { method: 'POST', body })).json() as Promise<TokenResponse>
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    const response = await fetch(url, init)
    if (response.ok) return response
    throw new Error(`${url} responded with ${response.status}: ${await response.text()}`)
  }
}

function form(fields: Record<string, string>): URLSearchParams {
  return new URLSearchParams(fields)
}
