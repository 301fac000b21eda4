/** The API that the tokens are for: their audience, and the instance's own issuer. */
export const API = 'https://api.example.com'

/** A nightly job; it logs in as itself. */
export const REPORT = 'report'
export const REPORT_SECRET = 'known to the job and the provider alone'

/** A web application; people log in through it. */
export const WEB = 'web'
export const CALLBACK = 'https://web.example.com/callback'
