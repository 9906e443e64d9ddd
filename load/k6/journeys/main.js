/** The four journeys at once, as k6 runs them. `bun run load` starts it and reads the summary. */
import { settings, steadily } from './settings.js'

export { grpc } from './grpc.js'
export { rest } from './rest.js'
export { socket } from './socket.js'
export { webhook } from './webhook.js'

/** Generous for two cores that also run the load: they catch what has gone wrong, not what is slow today. */
const ms = (limit) => limit / settings.tighten

const withGrpc = settings.tenancyAddress !== ''
export const options = {
  scenarios: {
    webhook: steadily('webhook', settings.perSecond.webhook),
    rest: steadily('rest', settings.perSecond.rest),
    socket: steadily('socket', settings.perSecond.socket),
    ...(withGrpc ? { grpc: steadily('grpc', settings.perSecond.grpc) } : {}),
  },
  thresholds: {
    'http_req_duration{journey:webhook}': [`p(95)<${ms(1000)}`],
    'http_req_failed{journey:webhook}': ['rate<0.01'],
    'http_req_duration{journey:rest}': [`p(95)<${ms(1500)}`],
    'http_req_failed{journey:rest}': ['rate<0.01'],
    'checks{journey:rest}': ['rate>0.99'],
    webhook_to_screen: [`p(95)<${ms(3000)}`],
    'checks{journey:socket}': ['rate>0.99'],
    ...(withGrpc
      ? { 'grpc_req_duration{journey:grpc}': [`p(95)<${ms(1000)}`], 'checks{journey:grpc}': ['rate>0.99'] }
      : {}),
    // Nobody was there to make them: the machine was too busy, and the other figures are too good.
    dropped_iterations: [`count<${Math.ceil(settings.seconds * 5)}`],
  },
  summaryTrendStats: ['avg', 'p(50)', 'p(95)', 'p(99)', 'max'],
  noConnectionReuse: false,
  userAgent: 'palomar-load',
}

export function handleSummary(data) {
  return { [settings.summaryFile]: JSON.stringify(data) }
}
