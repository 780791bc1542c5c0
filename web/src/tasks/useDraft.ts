// Keeps what is typed on the server, one second after the last key; while offline it waits in memory and says so.
import { useEffect, useMemo, useRef, useState } from 'react';
import { ProblemError, put } from '../api/client';
import type { SavedDraft } from '../api/types';
import type { Values } from '../forms/types';

export type DraftState =
  | { kind: 'none' | 'typing' | 'saving' | 'offline' | 'conflict' }
  | { kind: 'saved'; at: string }
  | { kind: 'refused'; detail: string };

export interface Draft {
  state: DraftState;
  save: (values: Values) => void;
  stop: () => void; // the task is done: nothing typed before matters any more
  overwrite: (version: number) => void; // after a conflict: mine replaces the version others saved
}

const QUIET = 1000;
const RETRY = 5000;

export function useDraft(task: string, version: number): Draft {
  const [state, setState] = useState<DraftState>({ kind: 'none' });
  const inside = useRef({ version, waiting: null as Values | null, timer: 0, busy: false, stopped: false });
  const draft = useMemo(() => {
    const at = inside.current;
    const later = (milliseconds: number): void => {
      window.clearTimeout(at.timer);
      at.timer = window.setTimeout(() => void flush(), milliseconds);
    };
    const flush = async (): Promise<void> => {
      const values = at.waiting;
      if (values === null || at.busy || at.stopped) return;
      at.busy = true;
      at.waiting = null;
      setState({ kind: 'saving' });
      try {
        const saved = await put<SavedDraft>(`/tasks/${task}/draft`, { values }, { ifMatch: at.version });
        at.version = saved.version;
        setState({ kind: 'saved', at: saved.saved_at });
      } catch (error) {
        at.waiting ??= values;
        const status = error instanceof ProblemError ? error.status : 0;
        if (status === 412) setState({ kind: 'conflict' });
        else if (status >= 400 && status < 500 && status !== 401 && status !== 429) setState({ kind: 'refused', detail: (error as Error).message });
        else {
          setState({ kind: 'offline' });
          later(RETRY);
        }
      }
      at.busy = false;
      if (at.waiting !== null && at.waiting !== values) later(QUIET);
    };
    const save = (values: Values): void => {
      if (at.stopped) return;
      at.waiting = values;
      setState({ kind: 'typing' });
      later(QUIET);
    };
    const stop = (): void => {
      at.stopped = true;
      window.clearTimeout(at.timer);
    };
    const overwrite = (current: number): void => {
      at.version = current;
      void flush();
    };
    return { save, stop, overwrite, flush };
  }, [task]);
  useEffect(() => {
    inside.current.stopped = false; // StrictMode runs the cleanup once in between
    const guard = (event: BeforeUnloadEvent): void => {
      if (inside.current.waiting !== null && !inside.current.stopped) event.preventDefault();
    };
    window.addEventListener('beforeunload', guard);
    return () => {
      window.removeEventListener('beforeunload', guard);
      void draft.flush();
    };
  }, [draft]);
  return { state, save: draft.save, stop: draft.stop, overwrite: draft.overwrite };
}
