/** W3C Trace Context §3.2: version-traceid-parentid-flags. */
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

/** The trace id a client sent in `traceparent`; undefined when there is none or it is not valid. */
export const traceIdOf = (header: string | undefined): string | undefined => {
  const traceId = header === undefined ? undefined : traceparent.exec(header)?.[1]
  return traceId === undefined || /^0+$/.test(traceId) ? undefined : traceId
}
