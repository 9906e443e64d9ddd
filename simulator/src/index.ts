/** A faithful Cloud API on localhost, for tests and benchmarks. */
export { type Control, ControlError, type Writing } from './control/control.ts'
export { type FaultName, faultNames } from './faults.ts'
export { defaultSettings, type Settings } from './settings.ts'
export { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts'
export type { Accepted, Customer, PhoneNumber, Template } from './world/types.ts'
export type { Counters } from './world/world.ts'
