import type { Context } from 'hono'

/** One member of a form. A file, or a member that was not sent, is an empty text. */
export async function formText(c: Context, name: string): Promise<string> {
  const form = await c.req.parseBody()
  const value = Object.hasOwn(form, name) ? form[name] : ''
  return typeof value === 'string' ? value.trim() : ''
}
