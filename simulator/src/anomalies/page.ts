import { faultTables } from '../faults.ts'

const titles: Readonly<Record<keyof typeof faultTables, string>> = {
  graph: 'Towards Graph',
  statuses: 'In statuses',
  inbound: 'In customers’ messages',
  transport: 'On a webhook’s way',
}

/** The page of all faults, as docs/faults.md holds it. */
export const faultsPage = (): string => `# Faults

Each is a share from 0 to 1, drawn from the seed: \`POST /control/faults {"lostResponse": 0.05}\`. This page is written by
\`bun simulator/bin/faults-page.ts\` from \`src/anomalies\`.
${Object.entries(faultTables)
  .map(
    ([table, rows]) =>
      `\n## ${titles[table as keyof typeof faultTables]}\n\n| name | what happens |\n| --- | --- |\n${Object.entries(
        rows,
      )
        .map(([name, says]) => `| \`${name}\` | ${says} |\n`)
        .join('')}`,
  )
  .join('')}`
