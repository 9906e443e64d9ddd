/** Types that a browser shows without running anything in them. */
const shown = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'audio/aac',
  'audio/amr',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'video/mp4',
  'video/3gpp',
  'application/pdf',
])

/**
 * How a stranger's file is served: what may be shown inline keeps its type, all else is a download of bytes, whatever
 * it claims to be. Beside them every answer says `nosniff`.
 */
export function safeHeaders(mimeType: string, filename: string): { mimeType: string; disposition: string } {
  const bare = mimeType.split(';')[0]?.trim().toLowerCase() ?? ''
  const isShown = shown.has(bare)
  const name = filename === '' ? '' : `; ${filenameParameters(filename)}`
  return {
    mimeType: isShown ? bare : 'application/octet-stream',
    // A PDF may carry scripts for its viewer: it is opened by choice.
    disposition: `${isShown && bare !== 'application/pdf' ? 'inline' : 'attachment'}${name}`,
  }
}

/** Both forms of RFC 6266: plain ASCII for everyone, UTF-8 for who reads it. */
function filenameParameters(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\/]/g, '_').slice(0, 150)
  const encoded = encodeURIComponent(filename.slice(0, 150).toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `filename="${plain}"; filename*=UTF-8''${encoded}`
}
