import { code, escaped } from '../words.ts'
import type { SharedInstanceTrial } from './shared-instance.ts'

const LEFT = ', and the client of one request leaves before the store replies'

/** What happened where two requests of a worker used one instance at the same time. */
export function trialSection(trials: readonly SharedInstanceTrial[]): string {
  const [first] = trials
  if (first === undefined) return ''
  const rows = trials.map(
    ({ batch, action, oneLeaves, pairs, answered, calls }) =>
      `| \`${batch}\` | \`${action}\`${oneLeaves ? LEFT : ''} | ${answered} of ${pairs} | ${calls} |`,
  )
  const errors = trials.flatMap(({ batch, action, oneLeaves, errors }) =>
    errors.map((error) => `- ${code([batch, action])}${oneLeaves ? LEFT : ''}: ${escaped(error)}`),
  )
  return [
    '## Two requests that share an instance in workerd',
    '',
    `A worker in ${first.title} made an instance in one request, with a store that it calls by \`fetch\`. Then pairs of`,
    'requests used this instance at the same time, each with a token of its own:',
    '',
    '| `batch` | operation | pairs of which every request that had a client was answered | calls to the store |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...(errors.length === 0 ? [] : ['', 'What the other requests got:', '', ...errors]),
    '',
    first.outside === null
      ? `${code(['generateKeys()'])} works outside of a request, too.`
      : `Outside of a request, ${code(['generateKeys()'])} fails: ${escaped(first.outside)}`,
  ].join('\n')
}
