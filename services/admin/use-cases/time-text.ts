import type { Milliseconds } from '@chancery/kernel'

/** RFC 3339, in UTC. */
export const timeText = (at: Milliseconds): string => new Date(at).toISOString()
