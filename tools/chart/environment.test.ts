import { beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { services } from '@palomar/contracts'
import { repositoryRoot } from '../servers/tools-folder.ts'
import { chartFolder, profiles, runHelm, valuesFile } from './chart.ts'
import { environments } from './environments.ts'
import { helm, ourPods, type PodOf, rendered } from './rendered.ts'
import { secretValues } from './test-values.ts'

/** Of values-evaluation.yaml, where they stand to be read. */
const evaluationOnly = new Set(['WHATSAPP_MOCK_MODE', 'GRAPH_BASE_URL', 'VIRTUAL_PHONE_URL', 'SEED_API_KEY'])

const environmentOf = (role: string) => {
  const environment = environments[role]
  if (!environment) throw new Error(`no environment is known for ${role}`)
  return environment
}

describe.if(helm !== undefined).each([...profiles])('values-%s', (profile) => {
  let pods: PodOf[] = []
  beforeAll(async () => {
    pods = ourPods(await rendered(profile))
  })

  test('O7: every variable that the chart sets is known to its role, once, and every required one is set', () => {
    for (const { role, env } of pods) {
      const names = env.map(({ name }) => name)
      const { known, required } = environmentOf(role)
      expect({ role, unknown: names.filter((name) => !known.includes(name)) }).toEqual({ role, unknown: [] })
      expect({ role, missing: required.filter((name) => !names.includes(name)) }).toEqual({
        role,
        missing: [],
      })
      expect({ role, names: [...new Set(names)] }).toEqual({ role, names })
    }
  })

  test('O7: each role would start with what it is given', () => {
    for (const { role, env } of pods) {
      const given = Object.fromEntries(
        env.map(({ name, value, valueFrom }) => {
          const secret = valueFrom && secretValues[name]
          if (valueFrom && secret === undefined)
            throw new Error(`${role}: nothing is known to be valid for ${name}`)
          return [name, value ?? secret]
        }),
      )
      expect(() => environmentOf(role).load(given)).not.toThrow()
    }
  })

  test('each of them is on the page for operators', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/operations.md'), 'utf8')
    for (const name of pods.flatMap(({ env }) => env.map((each) => each.name)))
      if (!evaluationOnly.has(name)) expect(page).toContain(`\`${name}\``)
  })

  test('every service is rendered, and no role that nobody knows', () => {
    const roles = pods.map(({ role }) => role)
    for (const service of services) expect(roles).toContain(service)
    expect(roles.filter((role) => !(role in environments))).toEqual([])
  })

  test('what is secret comes from a Secret that exists before, never as text', () => {
    for (const { env } of pods) {
      for (const { name, value } of env)
        if (name in secretValues || /PASSWORD|SECRET|_KEYS?$/.test(name))
          expect([name, value]).toEqual([name, undefined])
    }
  })
})

test.if(helm !== undefined)('a large number in a values file is written out, as programs read it', () => {
  const set = ['--set-json', 'roles.dispatcher.env={"CALLS_MAX":10000000,"WHATSAPP_ENABLED":false}']
  const ran = runHelm(helm ?? '', ['template', 'p', chartFolder, '-f', valuesFile('minimal'), ...set])
  expect(ran.error).toBe('')
  expect(ran.output).toContain('value: "10000000"')
  expect(ran.output).toContain('value: "false"')
})
