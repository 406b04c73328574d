/** A row as the database answers it: what TypeScript leaves undefined arrives as null. */
export type NullFor<Row, Keys extends keyof Row> = {
  readonly [Key in keyof Row]: Key extends Keys ? Exclude<Row[Key], undefined> | null : Row[Key]
}
