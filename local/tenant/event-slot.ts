/** The place of one event in a tenant's traffic. */
export interface EventSlot {
  /** The event's number in the tenant's whole traffic, from 0. */
  readonly index: number;
  readonly logId: string;
  /** When the event happened; it was logged a little later. */
  readonly date: Date;
}
