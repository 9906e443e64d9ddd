import { loadConfig, vars } from '@palomar/runtime'
import { z } from 'zod'

const bareLoopVars = z.object({ NATS_URL: vars.text(), NATS_USER: vars.text(), NATS_PASSWORD: vars.text() })

export const readBareLoopConfig = () => loadConfig(bareLoopVars)
