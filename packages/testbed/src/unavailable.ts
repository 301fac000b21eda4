/** No server can be had here; the message says in one screen what would change that. */
export class BackendUnavailable extends Error {
  override readonly name = 'BackendUnavailable'
}
