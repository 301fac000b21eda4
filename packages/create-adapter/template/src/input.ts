import { InvalidInput } from '@tokenward/core/adapter'

/** Checked when it is passed. It is not repeated in the error: it may hold a password. */
export function checkUrl(url: unknown): void {
  if (typeof url === 'string' && URL.canParse(url)) return
  throw new InvalidInput('url', 'must be a URL; is the environment variable set?')
}

/** Checked when they are passed, and not in the middle of a later call. */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidInput('options', 'must be an object.')
  }
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'namespace') throw new InvalidInput(name, 'is no option.')
    if (isName(value)) continue
    throw new InvalidInput(name, 'must be a string of 1 to 1024 well-formed UTF-16 units.')
  }
}

function isName(value: unknown): boolean {
  return (
    typeof value === 'string' && value.length >= 1 && value.length <= 1024 && value.isWellFormed()
  )
}
