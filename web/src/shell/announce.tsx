// One live region for the whole program, present from the start so that screen readers hear what is put into it.
import { createContext, useCallback, useContext, useRef, useState, type ReactNode } from 'react';

const AnnounceContext = createContext<(text: string) => void>(() => undefined);

/** Says a short sentence to everybody: shown for some seconds, read by screen readers. */
export const useAnnounce = (): ((text: string) => void) => useContext(AnnounceContext);

export function Announcer({ children }: { children: ReactNode }): ReactNode {
  const [text, setText] = useState('');
  const timer = useRef<number>(undefined);
  const say = useCallback((next: string) => {
    window.clearTimeout(timer.current);
    setText(next);
    timer.current = window.setTimeout(() => setText(''), 8000);
  }, []);
  return (
    <AnnounceContext value={say}>
      {children}
      <div className="announcer" role="status">{text && <p>{text}</p>}</div>
    </AnnounceContext>
  );
}
