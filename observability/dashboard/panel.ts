/** Grafana's dashboard model, as far as ours needs it. https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export interface Query {
  expr: string
  /** With labels in double braces. */
  legend: string
}

export interface PanelSpec {
  title: string
  /** One sentence for whoever looks at it at night. */
  description: string
  /** Grafana's name of a unit: s, reqps, percentunit, bytes, short … */
  unit: string
  queries: Query[]
  /** A line that is drawn, where an alert begins. */
  threshold?: number
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in, from the variable below
const datasource = { type: 'prometheus', uid: '${datasource}' }
const columns = 3
const width = 24 / columns
const height = 8

export interface RowSpec {
  title: string
  panels: PanelSpec[]
}

export function dashboard(title: string, uid: string, rows: readonly RowSpec[]) {
  const panels: unknown[] = []
  let y = 0
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y, w: 24, h: 1 },
    })
    y += 1
    for (const [at, spec] of row.panels.entries()) {
      const gridPos = {
        x: (at % columns) * width,
        y: y + Math.floor(at / columns) * height,
        w: width,
        h: height,
      }
      panels.push(timeseries(panels.length + 1, spec, gridPos))
    }
    y += Math.ceil(row.panels.length / columns) * height
  }
  return {
    uid,
    title,
    tags: ['palomar'],
    timezone: 'browser',
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Data source',
          type: 'datasource',
          query: 'prometheus',
          current: {},
          hide: 0,
        },
      ],
    },
    annotations: { list: [] },
    panels,
  }
}

function timeseries(
  id: number,
  { title, description, unit, queries, threshold }: PanelSpec,
  gridPos: object,
) {
  const steps = [
    { color: 'green', value: null },
    ...(threshold === undefined ? [] : [{ color: 'red', value: threshold }]),
  ]
  return {
    id,
    type: 'timeseries',
    title,
    description,
    datasource,
    gridPos,
    targets: queries.map(({ expr, legend }, at) => ({
      refId: String.fromCharCode(65 + at),
      datasource,
      expr,
      legendFormat: legend,
      range: true,
    })),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        thresholds: { mode: 'absolute', steps },
        custom: {
          drawStyle: 'line',
          lineWidth: 1,
          fillOpacity: 8,
          showPoints: 'never',
          thresholdsStyle: { mode: threshold === undefined ? 'off' : 'line' },
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }
}

/** p50, p95 and p99 of a histogram, over all series that `matchers` let through. */
export function quantiles(histogram: string, matchers = ''): Query[] {
  return [0.5, 0.95, 0.99].map((q) => ({
    expr: `histogram_quantile(${q}, sum by (le) (rate(${histogram}_bucket${matchers}[5m])))`,
    legend: `p${q * 100}`,
  }))
}
