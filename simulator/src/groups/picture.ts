/** Width and height of a PNG or JPEG; undefined when it is neither, or broken off. */
export function sizeOf(bytes: Uint8Array): { width: number; height: number; mimeType: string } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length >= 24 && view.getUint32(0) === 0x89504e47)
    return { width: view.getUint32(16), height: view.getUint32(20), mimeType: 'image/png' }
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined
  // Segments of marker and length, up to a frame's header.
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = view.getUint16(at)
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)
    if (isFrame)
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5), mimeType: 'image/jpeg' }
    if (marker < 0xff00) return undefined
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** Meta's: as wide as high, and larger than this. Source: Meta, "Groups API error codes" 131209, 131210. */
const sideMin = 192

/** Meta's code for what is wrong with a group's picture. */
export function problemWithPicture(bytes: Uint8Array): number | undefined {
  const size = sizeOf(bytes)
  if (!size) return 131053
  if (size.width !== size.height) return 131209
  return size.width <= sideMin ? 131210 : undefined
}
