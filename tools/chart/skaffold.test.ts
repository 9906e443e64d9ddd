import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../servers/tools-folder.ts'
import type { Manifest } from './chart.ts'
import schema from './data/skaffold-v4beta13.json'
import { problemsBySchema } from './json-schema.ts'
import { helm, rendered } from './rendered.ts'

const skaffold = Bun.YAML.parse(readFileSync(join(repositoryRoot, 'skaffold.yaml'), 'utf8')) as Manifest

test('O7: skaffold.yaml is valid by its schema', () => {
  expect(skaffold.apiVersion).toBe('skaffold/v4beta13')
  expect(problemsBySchema(schema, skaffold)).toEqual([])
  expect(problemsBySchema(schema, { ...skaffold, deploy: { helmm: {} } })).not.toEqual([])
})

test.if(helm !== undefined)(
  'it builds our Dockerfile and installs our chart with values that are there',
  async () => {
    const [artifact] = skaffold.build.artifacts
    expect(existsSync(join(repositoryRoot, artifact.docker.dockerfile))).toBe(true)
    const [release] = skaffold.deploy.helm.releases
    for (const path of [release.chartPath, ...release.valuesFiles, skaffold.profiles[0].patches[0].value])
      expect([path, existsSync(join(repositoryRoot, path))]).toEqual([path, true])
    const chart = await rendered('evaluation', ['image.repository=registry.test/palomar', 'image.tag=abc'])
    const [container] = chart.one('Deployment', 'gateway').spec.template.spec.containers
    expect(container.image).toBe('registry.test/palomar:abc')
    for (const { resourceName, port } of skaffold.portForward) {
      const { spec } = chart.one('Service', resourceName.replace('palomar-', ''))
      expect(spec.ports.map((each: Manifest) => each.port)).toContain(port)
    }
  },
)
