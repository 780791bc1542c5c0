// Single-key shortcuts: listed under "?", and can be switched off (WCAG 2.1.4).
import { useEffect, useRef, useState, type ReactNode } from 'react';

const SWITCH = 'ninefold.shortcuts'; // a preference of this browser, no client data
const LIST: [string, string][] = [
  ['j / k', 'Next / previous task of the inbox'],
  ['Enter', 'Open the task'],
  ['c', 'Claim the task'],
  ['/', 'Filter the list by text'],
  ['Ctrl + Enter', 'Complete the task (in its form)'],
  ['↑ / ↓', 'Move through the outline of a diagram'],
  ['?', 'This list'],
];

export const shortcutsOn = (): boolean => localStorage.getItem(SWITCH) !== 'off';

/** Calls `act` for single keys pressed outside of fields and dialogs; `act` says whether it used the key. */
export function useKeys(act: (key: string) => boolean): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
      if (target.closest('input, textarea, select, [contenteditable], dialog, .djs-parent')) return;
      if (latest.current(event.key)) event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
}

export function Shortcuts(): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useState(shortcutsOn);
  useKeys((key) => {
    if (key !== '?') return false;
    dialog.current?.showModal();
    return true;
  });
  const change = (next: boolean): void => {
    localStorage.setItem(SWITCH, next ? 'on' : 'off');
    setOn(next);
  };
  return (
    <>
      <button className="quiet" aria-label="Keyboard shortcuts" title="Keyboard shortcuts (?)" onClick={() => dialog.current?.showModal()}>?</button>
      <dialog ref={dialog} aria-labelledby="shortcuts">
        <h2 id="shortcuts">Keyboard shortcuts</h2>
        <dl className="keys">
          {LIST.map(([keys, does]) => <div key={keys}><dt><kbd>{keys}</kbd></dt><dd>{does}</dd></div>)}
        </dl>
        <label className="check"><input type="checkbox" checked={on} onChange={(event) => change(event.target.checked)} /> Single-key shortcuts are on</label>
        <form method="dialog" className="actions"><button className="primary">Close</button></form>
      </dialog>
    </>
  );
}
