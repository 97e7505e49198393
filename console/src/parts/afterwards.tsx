import { type ReactNode, startTransition, useEffect, useState } from 'react';

export interface AfterwardsProps {
  /** After how many others: each is painted before the next begins. */
  readonly turn: 1 | 2;
  readonly children: ReactNode;
}

/** Shown once what is around it has been painted: a page that comes piece by piece holds up neither keys nor eyes. */
export function Afterwards({ turn, children }: AfterwardsProps) {
  const [turns, setTurns] = useState(0);
  const isTurn = turns === turn;
  useEffect(() => {
    if (!isTurn) startTransition(() => setTurns(turns + 1));
  }, [isTurn, turns]);
  return isTurn ? children : null;
}
