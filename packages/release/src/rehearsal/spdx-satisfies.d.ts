declare module 'spdx-satisfies' {
  /** Whether a license expression can be satisfied with the allowed licenses. Throws on an invalid expression. */
  export default function satisfies(expression: string, allowed: readonly string[]): boolean
}
