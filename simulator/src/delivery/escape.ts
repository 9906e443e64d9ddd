/**
 * JSON as Meta writes it on the wire: everything beyond ASCII as lower-case \uXXXX, and `/` as `\/`. A receiver that
 * checks the signature over anything but the raw bytes fails on it, as it would with Meta.
 */
export function metaJson(value: unknown): string {
  const json = JSON.stringify(value)
  return json
    .replace(/\//g, '\\/')
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
