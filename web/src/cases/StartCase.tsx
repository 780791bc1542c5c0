// Finds a client (by POST: nothing that names a client stands in an address) and starts a case.
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { newKey, post } from '../api/client';
import { useNow } from '../api/queries';
import type { CaseItem, FoundClient, Page } from '../api/types';
import { Failure } from '../shell/Failure';
import { age, day } from '../words';

const LIFECYCLE = 'case_lifecycle';

export default function StartCase({ close }: { close: () => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const key = useRef(newKey());
  const navigate = useNavigate();
  const now = useNow();
  const [text, setText] = useState('');
  const [found, setFound] = useState<FoundClient[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const search = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setError(null);
    await post<Page<FoundClient>>('/clients:search', { query: text }).then((page) => setFound(page.items), setError);
  };
  const start = async (client: FoundClient): Promise<void> => {
    try {
      const made = await post<CaseItem>('/cases', { process: LIFECYCLE, client_id: client.id, values: {} }, { key: `${key.current}-${client.id}` });
      await navigate(`/cases/${made.id}`);
    } catch (failure) {
      setError(failure);
    }
  };
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="start-case">
      <h2 id="start-case">Start a case</h2>
      <form className="actions" onSubmit={(event) => void search(event)}>
        <label className="fill"><span className="label">Client: name (whole words), MRN or birth date</span>
          <input type="search" value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" required />
        </label>
        <button className="primary">Search</button>
      </form>
      {error !== null && <Failure error={error} />}
      <p role="status" className="muted">{found && (found.length === 0 ? 'Nobody found. Names are found by whole words: Maria finds María, Mar does not.' : `${found.length} found`)}</p>
      <ul className="found">
        {found?.map((client) => (
          <li key={client.id}>
            <span><strong>{client.name}</strong> <span className="muted">{day(client.birth_date)} ({age(client.birth_date, now)}) · {client.mrn}</span></span>
            {client.case_id
              ? <button onClick={() => void navigate(`/cases/${client.case_id}`)}>Open the case<span className="visually-hidden"> of {client.name}</span></button>
              : <button className="primary" onClick={() => void start(client)}>Start<span className="visually-hidden"> for {client.name}</span></button>}
          </li>
        ))}
      </ul>
      <div className="actions"><button onClick={() => dialog.current?.close()}>Close</button></div>
    </dialog>
  );
}
