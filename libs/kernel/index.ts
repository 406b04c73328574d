export { type Clock, type Milliseconds, type Seconds, systemClock, toSeconds } from './clock.ts'
export { accept, type Decider, type Decision, granted, type Outcome, reject } from './decision.ts'
export { type EventVersions, inScopeOf, type RecordedEvent, type Touches } from './event.ts'
export { Fault, faultCode } from './fault.ts'
export {
  type AccountId,
  asId,
  type Brand,
  type ClientId,
  type EventId,
  type KeyId,
  type PolicyId,
  type PrincipalId,
  type ResourceId,
  type SecretId,
  type TenantId,
  type WorkspaceId,
} from './ids.ts'
export { invariant } from './invariant.ts'
export { type Random, systemRandom } from './random.ts'
