/**
 * The part of the account page that lives in one tab. The access token is in memory only: the refresh token is in
 * a cookie that no script can read.
 */

const section = document.querySelector('[data-tab]')
if (section !== null) startTab(section)

function startTab(section) {
  const find = (name) => section.querySelector(`[data-${name}]`)
  const tabs = new BroadcastChannel('refresh')
  let accessToken
  let timer

  async function refresh(cause) {
    clearTimeout(timer)
    const response = await send('/session/refresh', { method: 'POST' })
    if (response === null || response.status === 503) return unanswered()
    if (!response.ok) return signedOut()
    const body = await response.json()
    accessToken = body.access_token
    show(`Signed in. The access token of this tab is valid for ${body.expires_in} seconds.`, 'good')
    write(`${cause}: got a new access token`)
    // Before it expires, so that no request of the user has to wait for it.
    timer = setTimeout(() => refresh('Renewed in time'), body.expires_in * 800)
  }

  async function ask() {
    const headers = { authorization: `Bearer ${accessToken}` }
    const response = await send('/api/me', { headers })
    if (response === null || response.status === 503) return unanswered()
    if (response.status === 401) {
      write('The API answered 401: the access token is not accepted')
      return refresh('After the 401')
    }
    const { name, client } = await response.json()
    write(`The API answered: you are ${name}, at the application “${client}”`)
  }

  function unanswered() {
    show('The server does not answer. You stay signed in: try again in a moment.', 'bad')
    write('No answer from the server')
  }

  function signedOut() {
    accessToken = undefined
    show('This tab is signed out. Reload the page to see why.', 'bad')
    write('The session is not accepted any more')
  }

  function show(text, mood) {
    find('state').textContent = text
    find('state').dataset.mood = mood
  }

  function write(text) {
    const line = document.createElement('li')
    const time = document.createElement('time')
    time.textContent = new Date().toISOString().slice(11, 19)
    line.append(time, ` ${text}`)
    find('log').prepend(line)
  }

  tabs.addEventListener('message', () => refresh('With all tabs'))
  find('refresh-all').addEventListener('click', () => {
    tabs.postMessage('refresh')
    refresh('With all tabs')
  })
  find('refresh').addEventListener('click', () => refresh('This tab'))
  find('ask').addEventListener('click', ask)
  refresh('Page opened')
}

/**
 * Sends a request. 409: another tab has exchanged the cookie meanwhile, and the browser has the new one.
 * @returns `null` where no answer came
 */
async function send(path, options) {
  try {
    const response = await fetch(path, options)
    return response.status === 409 ? await fetch(path, options) : response
  } catch {
    return null
  }
}
