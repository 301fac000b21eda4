const CLOCK_FILE = '/tmp/tokenward-clock'

/** The environment of a container whose server reads its clock through libfaketime from a file. */
export const clockEnvironment: Readonly<Record<string, string>> = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the dynamic loader expands this variable
  LD_PRELOAD: '/usr/${LIB}/faketime/libfaketimeMT.so.1',
  FAKETIME_TIMESTAMP_FILE: CLOCK_FILE,
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
}

/** Replaces the file in one step, so the server never reads half of it. */
export function clockCommand(offsetMs: number): readonly string[] {
  return [
    'sh',
    '-c',
    `echo '${offset(offsetMs)}' > ${CLOCK_FILE}.new && mv ${CLOCK_FILE}.new ${CLOCK_FILE}`,
  ]
}

export function clockFile(offsetMs: number): { content: string; target: string; mode: number } {
  return { content: `${offset(offsetMs)}\n`, target: CLOCK_FILE, mode: 0o666 }
}

function offset(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(3)}`
}
