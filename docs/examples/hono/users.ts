import { scrypt, scryptSync, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

export interface User {
  readonly name: string
  readonly scope: string
}

// For development: two invented users. Yours are in a database, each with a random salt.
const SALT = 'for development'
const USERS = [
  { name: 'ada', scope: 'notes:read notes:write', password: 'analytical engine' },
  { name: 'bob', scope: 'notes:read', password: 'difference engine' },
].map(({ password, ...user }) => ({ ...user, hash: scryptSync(password, SALT, 32) }))

const hash = promisify<string, string, number, Buffer>(scrypt)

/** @returns `null` if the name or the password is wrong */
export async function findUser(name: unknown, password: unknown): Promise<User | null> {
  if (typeof name !== 'string' || typeof password !== 'string') return null
  // An unknown name takes as long as a wrong password.
  const presented = await hash(password, SALT, 32)
  const user = USERS.find((each) => each.name === name)
  return user !== undefined && timingSafeEqual(presented, user.hash) ? user : null
}
