/** No server can be started on this machine. The message explains in one screen how to change that. */
export class BackendUnavailable extends Error {
  override readonly name = 'BackendUnavailable'
}
