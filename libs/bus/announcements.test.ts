import { describe, expect, it } from 'vitest'
import { announcements } from './announcements.ts'

describe('an announcement', () => {
  it('reaches every subscriber in the order they came, one after the other', async () => {
    const heard: string[] = []
    const bus = announcements<string>()
    const first = Promise.withResolvers<void>()
    bus.subscribe(async (message) => {
      await first.promise
      heard.push(`first ${message}`)
    })
    bus.subscribe(async (message) => void heard.push(`second ${message}`))
    const published = bus.publish('a')
    expect(heard).toEqual([])
    first.resolve()
    await published
    expect(heard).toEqual(['first a', 'second a'])
  })

  it('is heard by nobody who came later, and by nobody at all without harm', async () => {
    const heard: string[] = []
    const bus = announcements<string>()
    await bus.publish('a')
    bus.subscribe(async (message) => void heard.push(message))
    await bus.publish('b')
    expect(heard).toEqual(['b'])
  })

  it('fails when one subscriber fails, so that nobody answers untold', async () => {
    const bus = announcements<string>()
    bus.subscribe(() => Promise.reject(new Error('deaf')))
    await expect(bus.publish('a')).rejects.toThrow('deaf')
  })
})
