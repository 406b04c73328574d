/** Tells subscribers in this process about something that happened; a publish resolves when all of them have heard. */
export interface Announcements<Message> {
  publish(message: Message): Promise<void>
  subscribe(listener: (message: Message) => Promise<void>): void
}

/** The bus of a process that is alone: subscribers are called in order, and a failing one fails the publish, so nobody answers untold. */
export const announcements = <Message>(): Announcements<Message> => {
  const listeners: ((message: Message) => Promise<void>)[] = []
  return {
    async publish(message) {
      for (const listener of listeners) await listener(message)
    },
    subscribe(listener) {
      listeners.push(listener)
    },
  }
}
