/** Bytes or UTF-8 text as unpadded base64url (RFC 7515 §2). */
export const toBase64url = (content: string | Uint8Array): string =>
  (typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.length)).toString(
    'base64url',
  )

/**
 * The bytes behind the one spelling we would have written; undefined for every other. Node's decoder skips what it does not know
 * and ignores stray low bits, so without this check many texts would be the same token.
 */
export const fromBase64url = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
