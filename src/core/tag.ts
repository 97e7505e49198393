/** A tag as AWS sends it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}
