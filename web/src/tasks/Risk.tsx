import type { ReactNode } from 'react';
import { word } from '../words';

/** The grade of a case in words, with bars for the eye: never colour alone. */
export function Risk({ value }: { value: string | null }): ReactNode {
  if (!value) return <span className="muted">–</span>;
  return <span className={`risk ${value}`}><i aria-hidden="true" />{word(value)}</span>;
}
