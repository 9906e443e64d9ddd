/** Stands between media and the simulator, and troubles downloads: their addresses, and how their bytes come. */
export interface GraphProxy {
  url: string
  /** Media ids whose address was asked for, in order. */
  asked: string[]
  /** Downloads that began. */
  downloads: number
  uploads: number
  /** The next so many addresses are over when they are used. */
  expireNext(times: number): void
  /** The next so many questions for a media id are answered as one that Meta does not know. */
  forgetNext(times: number): void
  /** The next upload gets no answer although Meta has it; resolves when it has. */
  swallowUpload(): Promise<void>
  /** Downloads stop in their middle until let go. */
  hold(): void
  letGo(): void
  stop(): Promise<void>
}

export function startGraphProxy(simulatorUrl: () => string): GraphProxy {
  let expired = 0
  let forgotten = 0
  let swallowed: (() => void) | undefined
  let held: PromiseWithResolvers<void> | undefined

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    async fetch(request) {
      const url = new URL(request.url)
      const isDownload = url.pathname === '/media/'
      if (isDownload && expired > 0) {
        expired--
        return new Response(null, { status: 404 })
      }
      if (request.method === 'GET' && !isDownload && forgotten > 0) {
        forgotten--
        const error = { message: 'Unsupported get request.', code: 100, error_subcode: 33 }
        return Response.json({ error }, { status: 400 })
      }
      if (request.method === 'POST' && url.pathname.endsWith('/media')) proxy.uploads++
      const upstream = await fetch(`${simulatorUrl()}${url.pathname}${url.search}`, {
        method: request.method,
        headers: {
          authorization: request.headers.get('authorization') ?? '',
          'content-type': request.headers.get('content-type') ?? '',
        },
        ...(request.method === 'POST' ? { body: await request.arrayBuffer() } : {}),
      })
      const headers = { 'content-type': upstream.headers.get('content-type') ?? '' }
      if (isDownload) {
        proxy.downloads++
        return drip(await upstream.bytes(), headers)
      }
      const text = await upstream.text()
      if (swallowed && request.method === 'POST' && url.pathname.endsWith('/media')) {
        swallowed()
        swallowed = undefined
        // Whoever asked is killed meanwhile.
        await new Promise((resolve) => request.signal.addEventListener('abort', resolve))
      }
      if (request.method === 'GET' && upstream.ok) proxy.asked.push(url.pathname.split('/').at(-1) ?? '')
      return new Response(text.replaceAll(new URL(simulatorUrl()).origin, proxy.url), {
        status: upstream.status,
        headers,
      })
    },
  })

  function drip(bytes: Uint8Array, headers: Record<string, string>): Response {
    const half = Math.ceil(bytes.length / 2)
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(bytes.subarray(0, half))
        await held?.promise
        controller.enqueue(bytes.subarray(half))
        controller.close()
      },
    })
    return new Response(body, { headers })
  }

  const proxy: GraphProxy = {
    url: `http://127.0.0.1:${server.port}`,
    asked: [],
    downloads: 0,
    uploads: 0,
    expireNext(times) {
      expired = times
    },
    forgetNext(times) {
      forgotten = times
    },
    swallowUpload() {
      return new Promise((resolve) => {
        swallowed = resolve
      })
    },
    hold() {
      held = Promise.withResolvers()
    },
    letGo() {
      held?.resolve()
      held = undefined
    },
    stop: () => server.stop(true),
  }
  return proxy
}
