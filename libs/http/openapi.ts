import { createServer, type Routes } from './server.ts'

/** What an OpenAPI document says beside its operations. */
export interface OpenApiHead {
  readonly title: string
  readonly version: string
  readonly description: string
}

/**
 * The OpenAPI 3.1 document of what the routes serve, from the schemas they are registered with, as plain data. Every operation takes a Bearer
 * token. Nothing listens.
 */
export const openApiOf = async (routes: Routes, head: OpenApiHead): Promise<object> => {
  // Only the script that writes the document and its test come here; a running service never loads the plugin.
  const { default: swagger } = await import('@fastify/swagger')
  const server = createServer({ trustedProxies: [], onBug: () => undefined })
  await server.register(swagger, {
    // A shared schema keeps its own name among the document's components.
    refResolver: { buildLocalReference: ({ $id }) => (typeof $id === 'string' ? $id : 'unnamed') },
    openapi: {
      openapi: '3.1.0',
      info: { ...head },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
  })
  routes(server)
  await server.ready()
  const document = server.swagger()
  await server.close()
  return document
}
