import { InvalidInput } from '@tokenward/core/adapter'

/** Checked when they are passed, and not in the middle of a later call. */
export function checkOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidInput('options', 'must be an object.')
  }
  for (const [name, value] of Object.entries(options)) {
    if (name === 'namespace') {
      if (isName(value)) continue
      throw new InvalidInput(name, 'must be a string of 1 to 1024 well-formed UTF-16 units.')
    }
    if (name !== 'records') throw new InvalidInput(name, 'is no option.')
    if (!(value instanceof Map)) {
      throw new InvalidInput(name, 'must be a Map, of namespaces to Maps of keys to records.')
    }
  }
}

function isName(value: unknown): boolean {
  return (
    typeof value === 'string' && value.length >= 1 && value.length <= 1024 && value.isWellFormed()
  )
}
