/** What the demo stores beside a session, encrypted. */
export interface Device {
  /** The header `User-Agent` of the login. */
  readonly userAgent: string
}

/** In this order: Edge and Opera also name Chrome, and Chrome also names Safari. */
const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdg(?:A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]

/** In this order: Android also names Linux, and an iPhone also names Mac OS X. */
const SYSTEMS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** More than a browser sends; the client chooses the text. */
const MAX_USER_AGENT_LENGTH = 400

export function deviceOf(userAgent: string | undefined): Device {
  return { userAgent: (userAgent ?? '').slice(0, MAX_USER_AGENT_LENGTH) }
}

/**
 * A name that people recognize in a list of their sessions, such as `Firefox on Linux`. It is made of known
 * names alone, so a client cannot put a text of its own into it.
 */
export function deviceLabel({ userAgent }: Device): string {
  const browser = nameIn(BROWSERS, userAgent) ?? 'Unknown browser'
  const system = nameIn(SYSTEMS, userAgent)
  return system === undefined ? browser : `${browser} on ${system}`
}

function nameIn(names: typeof BROWSERS, userAgent: string): string | undefined {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1]
}
