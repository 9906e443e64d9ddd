import { zoneOptions } from '#lib/zones.ts'

export const load = () => ({ zones: zoneOptions() })
