// What the sample changes.

export function isWithin(value: number, limit: number): boolean {
  return value <= limit
}

export function firstPower(above: number): number {
  let power = 1
  while (power <= above) power *= 2
  return power
}

export function isNamed(name: string): boolean {
  return name.length > 0
}
