/** Where messages are that are not really sent, and who may read them there. */
export interface OutboxPlace {
  /** Whether mail goes there. */
  readonly holdsMail: boolean;
  /** Whether telephones ring there, and text messages go there. */
  readonly holdsPhone: boolean;
  /** Whether its page opens by a plain link. */
  readonly isOpen: boolean;
}

export const OUTBOX_LINK = '<a href="/_sagegate/outbox" target="_blank" rel="noopener">outbox</a>';

/** Where a code is that was not really sent, as HTML; nothing where it was. */
export function whereCodeIs({ holdsMail, holdsPhone, isOpen }: OutboxPlace, by: 'email' | 'text' | 'voice'): string {
  if (!(by === 'email' ? holdsMail : holdsPhone)) return '';
  return isOpen
    ? `<p>This server sends nothing: look into the ${OUTBOX_LINK}.</p>`
    : '<p>This server sends nothing: the code is in its outbox, and in the terminal where it runs.</p>';
}
