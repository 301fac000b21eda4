import { Story, StoryCannotGoOn } from './story/story.ts'
import { tell } from './tell.ts'

const started = performance.now()
const story = new Story(console.log)
let toldToTheEnd = false
try {
  await tell(story, process.argv[2])
  toldToTheEnd = true
} catch (error) {
  if (!(error instanceof StoryCannotGoOn)) throw error
} finally {
  story.end(toldToTheEnd, (performance.now() - started) / 1000)
  process.exitCode = toldToTheEnd && story.kept ? 0 : 1
}
