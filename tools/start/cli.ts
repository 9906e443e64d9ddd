import { installDependencies } from '../install.ts'

installDependencies()
const { main } = await import('./main.ts')
process.exit(await main(process.argv.slice(2)))
