import { type Static, type TObject, Type } from 'typebox'

/**
 * One event type of the log: `data` is relayed, `sealed` stays in Postgres, `personal` names the fields that are kept in an erasable row
 * beside the event, never in it.
 */
export interface EventSchema<
  Data extends TObject = TObject,
  Sealed extends TObject | undefined = TObject | undefined,
  Personal extends boolean = boolean,
> {
  readonly data: Data
  readonly sealed: Sealed
  readonly personal: Personal
}

export type EventSchemas = Readonly<Record<string, EventSchema>>

/** The fields of an erasable row: plain text under plain names. */
export type PersonalFields = Readonly<Record<string, string>>

type SealedOf<Sealed> = Sealed extends TObject ? { readonly sealed: Static<Sealed> } : unknown
type PersonalOf<Personal> = Personal extends true ? { readonly personal: PersonalFields } : unknown

/** The union of events that a table of schemas describes. */
export type EventOf<Schemas extends EventSchemas> = {
  [Type in keyof Schemas & string]: { readonly type: Type; readonly data: Static<Schemas[Type]['data']> } & SealedOf<
    Schemas[Type]['sealed']
  > &
    PersonalOf<Schemas[Type]['personal']>
}[keyof Schemas & string]

export const plain = <Data extends TObject>(data: Data): EventSchema<Data, undefined, false> => ({
  data,
  sealed: undefined,
  personal: false,
})

export const withSealed = <Data extends TObject, Sealed extends TObject>(data: Data, sealed: Sealed): EventSchema<Data, Sealed, false> => ({
  data,
  sealed,
  personal: false,
})

export const withPersonal = <Data extends TObject>(data: Data): EventSchema<Data, undefined, true> => ({
  data,
  sealed: undefined,
  personal: true,
})

export const text = Type.String({ minLength: 1 })
export const texts = Type.Array(text)
/** Milliseconds since the epoch. */
export const instant = Type.Integer({ minimum: 0 })
