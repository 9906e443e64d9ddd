export { type FaultName, faultNames } from './faults.ts'
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts'
export type { Accepted } from './world/types.ts'
