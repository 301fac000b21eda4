import { UsageError } from '../usage-error.ts'

export function countOf(option: string, text: string, most: number): number {
  const count = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  throw new UsageError(`--${option} must be a whole number from 1 to ${most}.`)
}
