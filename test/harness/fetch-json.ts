/** Fetches a JSON document; what it holds is the caller's claim, so tests assert on the parts they use. */
export const fetchJson = async <Body>(url: string | URL, init?: RequestInit): Promise<Body> => {
  const body: Body = JSON.parse(await (await fetch(url, init)).text())
  return body
}
