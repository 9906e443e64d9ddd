const filenameMax = 240

// biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
const controls = /[\u0000-\u001f\u007f]/g

/** A name and nothing of a path, on one line; U+0000 is no text for Postgres. */
export function filenameOf(text: string): string {
  const name = text.split(/[\\/]/).at(-1) ?? ''
  return Array.from(name.replace(controls, '').trim().toWellFormed()).slice(0, filenameMax).join('')
}
