/** A person of the demo. All of them are invented. */
export interface User {
  readonly id: string
  readonly name: string
  readonly about: string
  readonly isSupport: boolean
}

/** An application that users log in with: a client of OAuth. */
export interface Client {
  readonly id: string
  readonly name: string
  readonly about: string
}

export const USERS: readonly User[] = [
  { id: 'ada', name: 'Ada', about: 'A customer with several devices', isSupport: false },
  { id: 'ben', name: 'Ben', about: 'Another customer', isSupport: false },
  { id: 'robin', name: 'Robin', about: 'Support: may revoke access', isSupport: true },
]

export const CLIENTS: readonly Client[] = [
  { id: 'web', name: 'Web', about: 'On a device of your own' },
  { id: 'kiosk', name: 'Kiosk', about: 'On a shared screen, for example in a shop' },
]

export function findUser(id: string | undefined): User | undefined {
  return USERS.find((user) => user.id === id)
}

export function findClient(id: string | undefined): Client | undefined {
  return CLIENTS.find((client) => client.id === id)
}

/** The name of a user for other users. The demo has no users but its own; a store may have more. */
export function nameOf(id: string | undefined): string {
  return findUser(id)?.name ?? id ?? 'Unknown user'
}
