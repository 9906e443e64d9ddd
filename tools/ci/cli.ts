import { installDependencies } from '../install.ts'

// The first check: the lockfile says what the manifests say.
installDependencies()
const { main } = await import('./main.ts')
process.exit(await main())
