import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { CaseItem, Task } from '../api/types';
import { age, day, word } from '../words';
import { Risk } from './Risk';

/** Whom it concerns, in one line; with `link` it names the client too and leads to the case. Without a right to know, the case is named by its id only. */
export function ClientBar({ item, now, link = false }: { item: Task | CaseItem; now: number; link?: boolean }): ReactNode {
  const { client } = item;
  const id = 'case_id' in item ? item.case_id : item.id;
  return (
    <div className="client-bar">
      {link && <strong>{client ? client.name : `Case ${id.slice(0, 8)}`}</strong>}
      {client ? <span>{day(client.birth_date)} ({age(client.birth_date, now)})</span> : <span className="muted">client masked</span>}
      {client && <span>MRN {client.mrn}</span>}
      <span><span className="muted">Phase</span> {word(item.phase) || '–'}</span>
      <span><span className="muted">Risk</span> <Risk value={item.risk} /></span>
      {link && <Link to={`/cases/${id}`}>Open the case</Link>}
    </div>
  );
}
