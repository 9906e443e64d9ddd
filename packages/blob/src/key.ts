const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
/** Segments that begin with a letter or digit: no `..`, no hidden names, nothing a file system or S3 reads otherwise. */
const pattern = new RegExp(`^${uuid}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,127}){1,4}$`)

/** `<tenant uuid>/<name>…`, or an error: a key is built by us, so a bad one is a mistake of ours. */
export function checkKey(key: string): string {
  if (!pattern.test(key)) throw new Error('a blob key begins with a tenant uuid and has plain names')
  return key
}
