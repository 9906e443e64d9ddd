import type { Metric } from '#lib/figures.ts'

/** How each line is drawn: colour and dashes, so that it is told apart without colours too. */
export const series: { metric: Metric; colour: string; dash: string }[] = [
  { metric: 'received', colour: 'var(--chart-received)', dash: '' },
  { metric: 'sent', colour: 'var(--chart-sent)', dash: '' },
  { metric: 'delivered', colour: 'var(--chart-delivered)', dash: '6 3' },
  { metric: 'read', colour: 'var(--chart-read)', dash: '2 3' },
  { metric: 'failed', colour: 'var(--danger)', dash: '8 3 2 3' },
]
