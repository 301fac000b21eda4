/** The API: the audience of the provider's tokens, and the issuer of its own. */
export const API = 'https://api.example.com'

/** A nightly job, which is a confidential client. */
export const REPORT = 'report'
export const REPORT_SECRET = 'known only to the job and the provider'

/** A web application, which is a public client. Users log in through it. */
export const WEB = 'web'
export const CALLBACK = 'https://web.example.com/callback'
