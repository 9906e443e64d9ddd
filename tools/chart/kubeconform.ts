import { join } from 'node:path'
import { StartFailure } from '../servers/failure.ts'
import { installWithGo } from '../servers/go-install.ts'
import { installOnce } from '../servers/tools-folder.ts'

const version = 'v0.7.0'

/** kubeconform, built once with Go. */
export async function kubeconformProgram(): Promise<string> {
  const home = await installOnce(`kubeconform-${version}`, async (draft) => {
    if (!(await installWithGo(`github.com/yannh/kubeconform/cmd/kubeconform@${version}`, draft)))
      throw new StartFailure(`kubeconform ${version} could not be built: it needs Go on PATH`)
  })
  return join(home, 'kubeconform')
}
