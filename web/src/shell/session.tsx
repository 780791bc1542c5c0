// Who is signed in. Signing in again after an expiry keeps the page and everything typed on it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useRef, useState, type ReactNode } from 'react';
import { forget, get, post, ProblemError, remove, setCsrf, whenSignedOut } from '../api/client';
import type { Person, Role, Session } from '../api/types';
import { Failure } from './Failure';
import { SignIn } from './SignIn';

interface Signed { person: Person; signOut: () => Promise<void>; has: (...roles: Role[]) => boolean }

const SignedContext = createContext<Signed | null>(null);

export function useSigned(): Signed {
  const signed = useContext(SignedContext);
  if (!signed) throw new Error('Expected a signed-in person around this component');
  return signed;
}

/** Where a person starts, by role. */
export function homeOf(person: Person): string {
  if (person.roles.includes('designer')) return '/models';
  if (person.roles.includes('administrator')) return '/cases';
  return '/inbox';
}

export function SessionGate({ children }: { children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [expired, setExpired] = useState(false);
  const session = useQuery<Session | null>({
    queryKey: ['session'],
    queryFn: async () => {
      try {
        const found = await get<Session>('/sessions');
        setCsrf(found.csrf_token);
        return found;
      } catch (error) {
        if (error instanceof ProblemError && error.status === 401) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });
  useEffect(() => whenSignedOut(() => setExpired(true)), []);

  const signIn = async (person: string): Promise<void> => {
    const made = await post<Session>('/sessions', { person });
    setCsrf(made.csrf_token);
    client.setQueryData(['session'], made);
    setExpired(false);
    await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
  };
  const signOut = async (): Promise<void> => {
    await remove('/sessions').catch(() => undefined);
    setCsrf(null);
    forget();
    client.clear();
    client.setQueryData(['session'], null);
    setExpired(false);
  };

  if (session.isPending) return <p className="center" aria-busy="true">Opening Ninefold…</p>;
  if (session.isError) return <main className="narrow"><Failure error={session.error} retry={() => void session.refetch()} /></main>;
  if (!session.data) return <SignIn signIn={signIn} />;
  const { person } = session.data;
  const signed = { person, signOut, has: (...roles: Role[]) => roles.some((role) => person.roles.includes(role)) };
  return (
    <SignedContext value={signed}>
      {children}
      {expired && <Expired person={person} again={() => signIn(person.id)} leave={signOut} />}
    </SignedContext>
  );
}

function Expired({ person, again, leave }: { person: Person; again: () => Promise<void>; leave: () => Promise<void> }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="expired" onCancel={(event) => event.preventDefault()}>
      <h2 id="expired">Your session has ended</h2>
      <p>Nothing on this page is lost. Sign in again to go on.</p>
      {error !== null && <Failure error={error} />}
      <div className="actions">
        <button className="primary" onClick={() => void again().catch(setError)}>Sign in as {person.name}</button>
        <button onClick={() => void leave()}>Leave</button>
      </div>
    </dialog>
  );
}
