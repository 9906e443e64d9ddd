/** What ACCEPTANCE O3 asks to be seen, in the order in which one looks when something is wrong. */
import { dashboard, quantiles } from './panel.ts'

const perSecond = (metric: string, by: string, matchers = '') =>
  `sum by (${by}) (rate(${metric}${matchers}[5m]))`

export const palomarDashboard = dashboard('Palomar', 'palomar', [
  {
    title: 'In: webhooks',
    panels: [
      {
        title: 'Webhooks by what became of them',
        description:
          'not_stored and not_ready are ours: Meta delivers those again. bad_signature is somebody else’s.',
        unit: 'reqps',
        queries: [{ expr: perSecond('webhooks_total', 'result'), legend: '{{result}}' }],
      },
      {
        title: 'Webhook errors',
        description: 'Share of deliveries that could not be stored; alert over 1 % for 5 min.',
        unit: 'percentunit',
        threshold: 0.01,
        queries: [
          {
            expr: 'sum(rate(webhooks_total{result=~"not_stored|not_ready"}[5m])) / sum(rate(webhooks_total[5m]))',
            legend: 'not kept',
          },
        ],
      },
      {
        title: 'Webhook: time to the 200',
        description: 'From the whole head of a delivery to its answer, which says that it is on disk.',
        unit: 's',
        queries: quantiles('webhook_seconds', '{result="stored"}'),
      },
      {
        title: 'Changes by route',
        description: 'parked: no such number yet. quarantined: the number belongs to another app.',
        unit: 'short',
        queries: [{ expr: perSecond('ingest_changes_total', 'outcome'), legend: '{{outcome}}' }],
      },
      {
        title: 'Waiting without a company',
        description: 'Changes that are kept and belong to no number here; adding the number replays them.',
        unit: 'short',
        queries: [{ expr: 'max by (state) (ingest_unrouted_changes)', legend: '{{state}}' }],
      },
      {
        title: 'Number quality',
        description: 'What Meta told of numbers’ quality in the last hour; alert on flagged and downgrade.',
        unit: 'short',
        queries: [
          { expr: 'sum by (event) (increase(ingest_quality_updates_total[1h]))', legend: '{{event}}' },
        ],
      },
    ],
  },
  {
    title: 'Out: sends and Meta',
    panels: [
      {
        title: 'Send success',
        description: 'Share of calls that Graph accepted.',
        unit: 'percentunit',
        queries: [
          {
            expr: 'sum(rate(palomar_dispatcher_graph_call_seconds_count{outcome="accepted"}[5m])) / sum(rate(palomar_dispatcher_graph_call_seconds_count[5m]))',
            legend: 'accepted',
          },
        ],
      },
      {
        title: 'Send time',
        description:
          'From when a message was due until Graph took it: our queue, the number’s limit, and Meta.',
        unit: 's',
        queries: quantiles('palomar_dispatcher_send_seconds', '{class=~"authentication|reply"}'),
      },
      {
        title: 'Meta: time of a call',
        description: 'One request to Graph until its answer.',
        unit: 's',
        queries: quantiles('palomar_dispatcher_graph_call_seconds'),
      },
      {
        title: 'Sends by outcome',
        description:
          'not_sent goes again; in_doubt is settled by its status; rejected by the policy of its error.',
        unit: 'reqps',
        queries: [
          {
            expr: perSecond('palomar_dispatcher_graph_call_seconds_count', 'outcome'),
            legend: '{{outcome}}',
          },
        ],
      },
      {
        title: 'Meta: errors by code',
        description: 'What Graph answered; docs/setup.md explains the usual ones.',
        unit: 'reqps',
        queries: [{ expr: perSecond('palomar_dispatcher_graph_errors_total', 'code'), legend: '{{code}}' }],
      },
      {
        title: 'Accepted and refused at our door',
        description: 'Items of the API by what was said to them.',
        unit: 'reqps',
        queries: [{ expr: perSecond('palomar_dispatcher_items_total', 'result'), legend: '{{result}}' }],
      },
    ],
  },
  {
    title: 'Queues',
    panels: [
      {
        title: 'Messages that are due',
        description: 'In lanes that may send. Marketing may be many: a number sends 80 a second.',
        unit: 'short',
        queries: [{ expr: 'sum by (class) (palomar_dispatcher_queued_messages)', legend: '{{class}}' }],
      },
      {
        title: 'Oldest message that is due',
        description: 'Alert over 60 s for authentication and reply: somebody waits.',
        unit: 's',
        threshold: 60,
        queries: [
          { expr: 'max by (class) (palomar_dispatcher_queue_oldest_age_seconds)', legend: '{{class}}' },
        ],
      },
      {
        title: 'Consumers: age of the oldest event',
        description: 'How far each consumer is behind; alert over 60 s for 5 min.',
        unit: 's',
        threshold: 60,
        queries: [{ expr: 'max by (durable) (bus_consumer_oldest_age_seconds)', legend: '{{durable}}' }],
      },
      {
        title: 'Consumers: batches that wait',
        description: 'Not handed out yet; a batch has up to 256 events.',
        unit: 'short',
        queries: [{ expr: 'max by (durable) (bus_consumer_pending)', legend: '{{durable}}' }],
      },
      {
        title: 'Streams: how full',
        description: 'Full, a stream refuses; alert over 70 %.',
        unit: 'percentunit',
        threshold: 0.7,
        queries: [{ expr: 'max by (stream) (bus_stream_fill_ratio)', legend: '{{stream}}' }],
      },
      {
        title: 'Events retried and dead',
        description: 'A dead letter is kept with its reason and can be replayed.',
        unit: 'short',
        queries: [
          {
            expr: 'sum by (durable, answer) (increase(bus_consumed_events_total{answer!="ok"}[15m]))',
            legend: '{{durable}} {{answer}}',
          },
        ],
      },
    ],
  },
  {
    title: 'API and live',
    panels: [
      {
        title: 'API: time',
        description: 'Alert when p95 is over 1 s for 5 min.',
        unit: 's',
        threshold: 1,
        queries: quantiles('http_request_seconds', '{route!~"/v1/live|preflight"}'),
      },
      {
        title: 'API: requests by status',
        description: '5xx are ours.',
        unit: 'reqps',
        queries: [{ expr: perSecond('http_request_seconds_count', 'status'), legend: '{{status}}' }],
      },
      {
        title: 'API: slowest routes, p95',
        description: 'The five slowest.',
        unit: 's',
        queries: [
          {
            expr: 'topk(5, histogram_quantile(0.95, sum by (le, route) (rate(http_request_seconds_bucket[5m]))))',
            legend: '{{route}}',
          },
        ],
      },
      {
        title: 'Sockets',
        description: 'Open now, over all gateways.',
        unit: 'short',
        queries: [{ expr: 'sum(live_sockets)', legend: 'open' }],
      },
      {
        title: 'Sockets: opened, resumed, told to reload',
        description: 'Many resumed ones mean that something cuts them.',
        unit: 'short',
        queries: [
          { expr: 'sum by (kind) (increase(live_opened_total[5m]))', legend: '{{kind}}' },
          { expr: 'sum(increase(live_resyncs_total[5m]))', legend: 'reload' },
        ],
      },
      {
        title: 'gRPC: errors between services',
        description: 'By method and status, as the server answered.',
        unit: 'reqps',
        queries: [
          {
            expr: 'sum by (method, code) (rate(rpc_server_seconds_count{code!="OK"}[5m]))',
            legend: '{{method}} {{code}}',
          },
        ],
      },
    ],
  },
  {
    title: 'Processes',
    panels: [
      {
        title: 'CPU',
        description: 'Cores in use by each service, all its replicas together.',
        unit: 'short',
        queries: [{ expr: 'sum by (service) (rate(process_cpu_seconds_total[5m]))', legend: '{{service}}' }],
      },
      {
        title: 'Memory',
        description: 'Resident, the largest replica of each service.',
        unit: 'bytes',
        queries: [{ expr: 'max by (service) (process_resident_memory_bytes)', legend: '{{service}}' }],
      },
      {
        title: 'Event loop lag, p99',
        description: 'How long work waits for its turn in a process.',
        unit: 's',
        queries: [{ expr: 'max by (service) (nodejs_eventloop_lag_p99_seconds)', legend: '{{service}}' }],
      },
    ],
  },
])
