import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../servers/failure.ts'
import { findProgram } from '../servers/programs.ts'
import { installOnce } from '../servers/tools-folder.ts'
import { goModule } from './go-module.ts'

const kubernetes = 'v1.34.4'
const etcd = 'v3.6.5'

export interface ClusterPrograms {
  etcd: string
  'kube-apiserver': string
}

/** Built once from their modules, which Go checks: minutes, and gigabytes of Go's cache. */
export async function clusterPrograms(): Promise<ClusterPrograms> {
  const home = await installOnce(`kubernetes-${kubernetes}`, async (draft) => {
    await buildKubernetes(draft)
    await buildEtcd(draft)
  })
  return {
    etcd: join(home, 'etcd'),
    'kube-apiserver': join(home, 'kube-apiserver'),
  }
}

/** Its staging folders are no part of the module: their published versions take their place. */
async function buildKubernetes(draft: string): Promise<void> {
  const source = writableCopy(goModule('k8s.io/kubernetes', kubernetes), draft)
  for (const name of ['go.work', 'go.work.sum', 'vendor'])
    rmSync(join(source, name), { recursive: true, force: true })
  rewrite(join(source, 'go.mod'), (text) =>
    text.replace(
      /=> \.\/staging\/src\/(\S+)/g,
      (_, module: string) => `=> ${module} ${kubernetes.replace('v1', 'v0')}`,
    ),
  )
  const version = [
    `-X k8s.io/component-base/version.gitVersion=${kubernetes}`,
    '-X k8s.io/component-base/version.gitMajor=1',
    `-X k8s.io/component-base/version.gitMinor=${kubernetes.split('.')[1]}`,
  ].join(' ')
  await goBuild(source, ['-ldflags', version, '-o', join(draft, 'kube-apiserver'), './cmd/kube-apiserver'])
  rmSync(source, { recursive: true, force: true })
}

async function buildEtcd(draft: string): Promise<void> {
  const source = writableCopy(goModule('go.etcd.io/etcd/server/v3', etcd), draft)
  rewrite(join(source, 'go.mod'), (text) => text.replace(/^.*=> \.\..*$/gm, ''))
  await goBuild(source, ['-o', join(draft, 'etcd'), '.'])
  rmSync(source, { recursive: true, force: true })
}

/** What Go keeps of a module is read-only. */
function writableCopy(module: string, draft: string): string {
  const source = join(draft, '.source')
  for (const command of [
    ['cp', '-R', module, source],
    ['chmod', '-R', 'u+w', source],
  ]) {
    const [program = '', ...args] = command
    const { status } = spawnSync(program, args)
    if (status !== 0) throw new StartFailure(`${command.join(' ')} ended with ${status}`)
  }
  return source
}

function rewrite(file: string, change: (text: string) => string): void {
  const text = readFileSync(file, 'utf8')
  rmSync(file)
  writeFileSync(file, change(text))
}

async function goBuild(cwd: string, args: string[]): Promise<void> {
  const go = findProgram('go', ['/usr/local/go/bin'])
  if (!go) throw new StartFailure('Go is not on PATH to build Kubernetes')
  const child = spawn(go, ['build', ...args], {
    cwd,
    stdio: 'ignore',
    env: { ...process.env, GOFLAGS: '-mod=mod' },
  })
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('close', resolve)
  })
  if (code !== 0) throw new StartFailure(`go build ${args.at(-1)} ended with ${code}`)
}
