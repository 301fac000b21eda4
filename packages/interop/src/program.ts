import { stripVTControlCharacters } from 'node:util'
import { x } from 'tinyexec'

interface ProgramOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Runs a program that judges: each line of its output that starts with `passed` is a step, one that starts with
 * `differs` a difference that it expects.
 * @throws if it cannot be started, fails or does nothing
 */
export async function runJudge(
  judge: string,
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<void> {
  const lines = await runProgram(judge, command, args, options)
  const count = (word: string) => lines.filter((line) => line.startsWith(word)).length
  const [passed, differences] = [count('passed '), count('differs ')]
  if (passed === 0) throw new Error(`${judge}: no step was run.`)
  console.log(`${judge}: ${passed} steps passed, ${differences} differences`)
}

/**
 * Runs a program and prints each line of its output behind the name of the judge.
 * @returns the lines
 * @throws if it cannot be started or fails
 */
export async function runProgram(
  judge: string,
  command: string,
  args: readonly string[],
  { cwd, env = {} }: ProgramOptions = {},
): Promise<string[]> {
  const lines: string[] = []
  const nodeOptions = { ...(cwd === undefined ? {} : { cwd }), env }
  const run = x(command, [...args], { nodeOptions })
  for await (const output of run) {
    const line = stripVTControlCharacters(output)
    if (line === '') continue
    console.log(`${judge}: ${line}`)
    lines.push(line)
  }
  const { exitCode } = await run
  if (exitCode !== 0) throw new Error(`${judge}: ${command} failed with exit code ${exitCode}.`)
  return lines
}

/**
 * Checks that a tool is installed.
 * @param install what to install
 * @throws if the tool cannot be started
 */
export async function requireTool(
  command: string,
  args: readonly string[],
  install: string,
): Promise<void> {
  try {
    await x(command, [...args], { throwOnError: true })
  } catch (cause) {
    throw new Error(`${command} cannot be started. Install ${install}.`, { cause })
  }
}
