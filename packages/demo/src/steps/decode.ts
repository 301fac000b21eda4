/** Some header parameters and claims of a token. */
export interface DecodedToken {
  readonly typ: string
  readonly alg: string
  readonly sub: string
  readonly client_id: string
  readonly jti: string
}

/** Decodes a token to print it. Does not verify it. */
export function decode(token: string): DecodedToken {
  const [header, payload] = token.split('.')
  return { ...parsePart(header), ...parsePart(payload) } as DecodedToken
}

function parsePart(part = ''): object {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}
