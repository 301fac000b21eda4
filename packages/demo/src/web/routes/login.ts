import { Hono } from 'hono'
import { deviceLabel, deviceOf } from '../device.ts'
import { loginPage } from '../pages/login.ts'
import type { Services } from '../services.ts'
import { findClient, findUser } from '../users.ts'
import { formText } from './form.ts'
import { sameSite } from './same-site.ts'

export function loginRoutes({ tokens, cookie }: Services): Hono {
  const routes = new Hono()
  routes.get('/login', (c) => c.html(loginPage()))
  routes.post('/login', sameSite(cookie), async (c) => {
    const user = findUser(await formText(c, 'user'))
    const client = findClient(await formText(c, 'client'))
    if (user === undefined || client === undefined)
      return c.html(loginPage('Choose a user and an application.'), 400)
    const data = deviceOf(c.req.header('user-agent'))
    const login = await tokens.issue({
      subject: user.id,
      client: client.id,
      data,
      label: deviceLabel(data),
    })
    c.header('set-cookie', cookie.set(login))
    return c.redirect('/', 303)
  })
  return routes
}
