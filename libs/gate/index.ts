export type { Gate, GateFill, GateQuery, GateReading, Known, Lease, TenantVersions } from './gate.ts'
export { memoryGate } from './memory.ts'
