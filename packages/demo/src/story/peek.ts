/** What a token says of itself; nothing is verified here, only shown. */
export interface Peek {
  readonly typ: string
  readonly alg: string
  readonly sub: string
  readonly client_id: string
  readonly jti: string
}

export function peek(token: string): Peek {
  const [header, payload] = token.split('.')
  return { ...decoded(header), ...decoded(payload) } as Peek
}

function decoded(part = ''): object {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}
