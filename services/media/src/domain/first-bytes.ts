/** How files of these types begin. A type without an entry can begin with anything. */
const beginnings: Readonly<Record<string, (head: Buffer) => boolean>> = {
  'image/jpeg': (head) => head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  'image/png': (head) =>
    head.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  'image/webp': (head) => at(head, 0, 'RIFF') && at(head, 8, 'WEBP'),
  'video/mp4': (head) => at(head, 4, 'ftyp'),
  'video/3gpp': (head) => at(head, 4, 'ftyp'),
  'audio/mp4': (head) => at(head, 4, 'ftyp'),
  'audio/ogg': (head) => at(head, 0, 'OggS'),
  'audio/amr': (head) => at(head, 0, '#!AMR'),
  'application/pdf': (head) => head.subarray(0, 1024).includes('%PDF-'),
}

/** So many bytes decide. */
export const headBytes = 1024

/** Whether a file that claims this type can be one: a wrong label is told now, not by Meta after the send. */
export function beginsAs(mimeType: string, head: Uint8Array): boolean {
  return beginnings[mimeType]?.(Buffer.from(head.buffer, head.byteOffset, head.byteLength)) ?? true
}

const at = (head: Buffer, offset: number, text: string) =>
  head.subarray(offset, offset + text.length).toString('latin1') === text
