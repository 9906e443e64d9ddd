/**
 * Swagger UI at /docs and /swagger (H2), from files of ours: an installation without internet access has
 * documentation too, and nobody else's server sees who reads it.
 */

import css from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundle from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { secure } from './headers.ts'

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Palomar API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`
const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null })\n`

/** Its own scripts and nothing else; the UI writes style attributes. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
const dynamic = 'no-cache, must-revalidate'

const fileOf = (path: string) => Bun.file(new URL(path, import.meta.url))

/** Undefined when the path is no page of the documentation. */
export function docsResponse(path: string): Response | undefined {
  switch (path) {
    case '/docs':
    case '/docs/':
    case '/swagger':
    case '/swagger/':
      return answer(page, 'text/html; charset=utf-8')
    case '/docs/start.js':
      return answer(start, 'text/javascript; charset=utf-8')
    case '/docs/swagger-ui-bundle.js':
      return answer(fileOf(bundle), 'text/javascript; charset=utf-8')
    case '/docs/swagger-ui.css':
      return answer(fileOf(css), 'text/css; charset=utf-8')
    default:
      return undefined
  }
}

function answer(body: string | Blob, type: string): Response {
  const headers = new Headers({
    'content-type': type,
    'content-security-policy': policy,
    'cache-control': dynamic,
  })
  secure(headers)
  return new Response(body, { headers })
}
