import { UsageError } from './failure.ts'

const unitSeconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** `30d`, `12h`, `15m`, `3600s` or plain seconds, as whole seconds. */
export const secondsIn = (text: string): number => {
  const [, count = '', unit = ''] = /^(\d{1,12})([smhdw]?)$/.exec(text) ?? []
  const seconds = Number(count) * (unitSeconds[unit] ?? 0)
  if (count === '' || !Number.isSafeInteger(seconds)) throw new UsageError(`'${text}' is not a duration: write 30d, 12h, 15m or 3600s`)
  return seconds
}
