import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = import.meta.dir

/** Serves the virtual phone at `/`: one page, one style sheet, one script, nothing from elsewhere. */
export function phonePage(): (request: Request, url: URL) => Response | undefined {
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const script = new Bun.Transpiler({ loader: 'ts', target: 'browser' })
  const files: Record<string, [type: string, body: string]> = {
    '/favicon.ico': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    '/': ['text/html; charset=utf-8', read('phone.html')],
    '/phone.css': ['text/css; charset=utf-8', read('phone.css')],
    '/phone.js': ['text/javascript; charset=utf-8', script.transformSync(read('phone.ts'))],
    '/words.js': ['text/javascript; charset=utf-8', script.transformSync(read('words.ts'))],
  }
  return (request, url) => {
    const file = request.method === 'GET' ? files[url.pathname] : undefined
    if (!file) return undefined
    return new Response(file[1], { headers: { 'content-type': file[0], 'cache-control': 'no-cache' } })
  }
}
