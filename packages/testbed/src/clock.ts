const file = '/tmp/tokenward-clock'

/** Of a container whose server reads its clock through libfaketime, from a file, at every look. */
export const clockEnvironment: Readonly<Record<string, string>> = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the loader's own name of its folder
  LD_PRELOAD: '/usr/${LIB}/faketime/libfaketimeMT.so.1',
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
}

/** No reader sees half of it. */
export function clockCommand(offsetMs: number): readonly string[] {
  return ['sh', '-c', `echo '${offset(offsetMs)}' > ${file}.new && mv ${file}.new ${file}`]
}

export function clockFile(offsetMs: number): { content: string; target: string; mode: number } {
  return { content: `${offset(offsetMs)}\n`, target: file, mode: 0o666 }
}

function offset(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(3)}`
}
