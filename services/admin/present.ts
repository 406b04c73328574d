type Present<Members> = { [Name in keyof Members]?: Exclude<Members[Name], undefined> }

/** The members that have a value: `exactOptionalPropertyTypes` tells an absent member from an undefined one, and so does JSON. */
export function present<Members extends object>(members: Members): Present<Members>
// TypeScript does not follow what the filter does to the type, which the signature above states.
export function present(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
