// A design on its way: opened, saved as a draft, checked, deployed.
import { useEffect, useRef, useState } from 'react';
import { post, ProblemError, send } from '../api/client';
import { useRefresh } from '../api/queries';
import type { Checked, Deployed, Design, Problem } from '../api/types';
import { useAnnounce } from '../shell/announce';
import { explain } from '../shell/Failure';
import { count } from '../words';

export type Busy = '' | 'saving' | 'checking' | 'deploying' | 'discarding';

export interface Opened {
  design: Design | null;
  failure: unknown;
  dirty: boolean;
  busy: Busy;
  problems: Problem[] | null; // null: not checked since the last change
  deployed: Deployed | null;
  touch: () => void;
  save: () => Promise<void>;
  check: () => Promise<void>;
  deploy: () => Promise<void>;
  discard: () => Promise<void>;
}

/** `source` gives what the editor holds now. */
export function useDesign(id: string, source: () => Promise<string>): Opened {
  const [design, setDesign] = useState<Design | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [dirty, setDirty] = useState(false);
  const [busy, setBusy] = useState<Busy>('');
  const [problems, setProblems] = useState<Problem[] | null>(null);
  const [deployed, setDeployed] = useState<Deployed | null>(null);
  const etag = useRef<string | null>(null);
  const refresh = useRefresh();
  const announce = useAnnounce();
  const open = async (): Promise<void> => {
    const answer = await send<Design>('GET', `/designs/${id}`);
    etag.current = answer.etag;
    setDesign(answer.data);
  };
  useEffect(() => {
    setDesign(null);
    open().catch(setFailure);
  }, [id]);
  useEffect(() => {
    if (!dirty) return undefined;
    const guard = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', guard);
    return () => window.removeEventListener('beforeunload', guard);
  }, [dirty]);

  const put = async (): Promise<void> => {
    const answer = await send<Design>('PUT', `/designs/${id}`, { body: { source: await source() }, ifMatch: etag.current ?? undefined });
    etag.current = answer.etag ?? etag.current;
    setDirty(false);
    setDesign((old) => old && { ...old, draft: true, has_draft: true });
  };
  const leaving = useRef({ dirty, put });
  leaving.current = { dirty, put };
  useEffect(() => () => { // away to another page with changes: they are kept as the draft
    if (leaving.current.dirty) leaving.current.put().then(() => announce('Draft saved.'), (error: unknown) => announce(`Draft not saved: ${explain(error)}`));
  }, [id]);
  const doing = async (what: Busy, act: () => Promise<string>): Promise<void> => {
    setBusy(what);
    setFailure(null);
    try {
      announce(await act());
      await refresh();
    } catch (error) {
      const found = error instanceof ProblemError ? error.body['problems'] : undefined;
      if (Array.isArray(found)) setProblems(found as Problem[]);
      setFailure(error);
      announce(`Not done: ${explain(error)}`);
    }
    setBusy('');
  };
  return {
    design, failure, dirty, busy, problems, deployed,
    touch: () => {
      setDirty(true);
      setProblems(null);
      setDeployed(null);
    },
    save: () => doing('saving', async () => {
      await put();
      return 'Draft saved.';
    }),
    check: () => doing('checking', async () => {
      if (dirty) await put();
      const answer = await post<Checked>(`/designs/${id}:check`, {});
      setProblems(answer.problems);
      return answer.problems.length === 0 ? 'No problems: this can be deployed.' : `${count(answer.problems.length, 'problem')} found.`;
    }),
    deploy: () => doing('deploying', async () => {
      if (dirty) await put();
      const answer = await post<Deployed>(`/designs/${id}:deploy`, {});
      setProblems([]);
      setDeployed(answer);
      const now = await send<Design>('GET', `/designs/${id}`); // the same source, now as released: the editor stays as it is
      etag.current = now.etag;
      setDesign((old) => old && { ...now.data, source: old.source });
      return `Deployed as release ${answer.release}.`;
    }),
    discard: () => doing('discarding', async () => {
      await send('DELETE', `/designs/${id}`, { ifMatch: etag.current ?? undefined });
      setDirty(false);
      setProblems(null);
      await open();
      return 'Draft discarded: this is what is deployed.';
    }),
  };
}
