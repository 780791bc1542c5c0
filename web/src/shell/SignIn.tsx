// Sign-in of the sample: one person per role and group, no password.
import { useState, type ReactNode } from 'react';
import { useRead } from '../api/queries';
import type { Page, Person } from '../api/types';
import { word } from '../words';
import { Failure } from './Failure';
import { Mark } from './Mark';
import { useTitle } from './title';

const ORDER = ['case_manager', 'designer', 'administrator', 'supervisor', 'clinician', 'intake', 'external', 'quality', 'privacy', 'auditor'];
const HINT: Record<string, string> = {
  case_manager: 'Inbox, forms and cases',
  designer: 'Models, decisions and forms',
  administrator: 'Every case on its diagram, masked',
  supervisor: 'The work of a unit',
};

export function SignIn({ signIn }: { signIn: (person: string) => Promise<void> }): ReactNode {
  useTitle('Sign in');
  const people = useRead<Page<Person>>('/sessions/people');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const enter = async (id: string): Promise<void> => {
    setBusy(id);
    await signIn(id).catch(setError);
    setBusy(null);
  };
  const roles = Map.groupBy(people.data?.items ?? [], (person) => person.roles[0] ?? 'other');
  const rank = (role: string): number => (ORDER.indexOf(role) + ORDER.length + 1) % (ORDER.length + 1);
  return (
    <main className="sign-in">
      <h1><Mark /> Ninefold</h1>
      <p className="lead">Case management in nine phases. This is the sample: choose whom to be. No password is asked, and no real client is here.</p>
      {(error ?? people.error) !== null && <Failure error={error ?? people.error} retry={() => void people.refetch()} />}
      {people.isPending && <p aria-busy="true">Loading the people of the sample…</p>}
      <div className="roles">
        {[...roles].sort(([one], [other]) => rank(one) - rank(other)).map(([role, items]) => (
          <section key={role} aria-labelledby={`role-${role}`}>
            <h2 id={`role-${role}`}>{word(role)}</h2>
            {HINT[role] && <p className="muted">{HINT[role]}</p>}
            <ul>
              {items.map((person) => (
                <li key={person.id}>
                  <button onClick={() => void enter(person.id)} disabled={busy !== null}>
                    <strong>{person.name}</strong>
                    <span className="muted">{[...person.groups.map(word), person.unit && word(person.unit)].filter(Boolean).join(' · ')}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </main>
  );
}
