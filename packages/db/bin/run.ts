import { ConfigError } from '@palomar/runtime'

/** A command that ends with 2 and all its problems when the environment is not valid, with 1 when it fails. */
export async function run(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = error instanceof ConfigError ? 2 : 1
  }
}
