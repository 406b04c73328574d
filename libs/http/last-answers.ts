import type { FastifyInstance } from 'fastify'

/**
 * Makes what a closing server still answers the last answer on its connection. Node closes connections that are idle when the closing begins;
 * one that was in the middle of a request would be kept alive after it, and the close would wait for its client to let go.
 */
export const endWithLastAnswers = (server: FastifyInstance): void => {
  let isClosing = false
  server.addHook('preClose', (done) => {
    isClosing = true
    done()
  })
  // With a callback: an async hook would cost every answer a promise.
  server.addHook('onSend', (...[, reply, payload, done]) => {
    if (isClosing) void reply.header('connection', 'close')
    done(null, payload)
  })
}
