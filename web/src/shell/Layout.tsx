// The frame of every page: skip link, header, navigation by role, the page itself.
import { Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import type { Role } from '../api/types';
import { word } from '../words';
import { Boundary } from './Failure';
import { Mark } from './Mark';
import { homeOf, useSigned } from './session';
import { Shortcuts } from './Shortcuts';
import { TimeMachine } from './TimeMachine';

const WORK: Role[] = ['case_manager', 'clinician', 'supervisor', 'intake', 'external'];
export const PLACES: { path: string; name: string; roles: Role[] }[] = [
  { path: '/inbox', name: 'Inbox', roles: WORK },
  { path: '/cases', name: 'Cases', roles: ['case_manager', 'supervisor', 'clinician', 'administrator'] },
  { path: '/board', name: 'Board', roles: ['administrator', 'supervisor', 'designer'] },
  { path: '/models', name: 'Models', roles: ['designer'] },
];

export function Layout(): ReactNode {
  const { person, has, signOut } = useSigned();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) main.current?.focus(); // a new page: reading starts at its content
    first.current = false;
    window.scrollTo(0, 0);
  }, [pathname]);
  return (
    <>
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>Skip to content</a>
      <header className="top">
        <Link to={homeOf(person)} className="brand" aria-label="Ninefold, start page"><Mark /><span>Ninefold</span></Link>
        <nav aria-label="Main">
          {PLACES.filter((place) => has(...place.roles)).map((place) => <NavLink key={place.path} to={place.path}>{place.name}</NavLink>)}
        </nav>
        <div className="tools">
          <TimeMachine />
          <Shortcuts />
          <button className="quiet person" popoverTarget="person">{person.name}</button>
          <div id="person" popover="auto" className="popup" role="group" aria-label="Signed in">
            <p><strong>{person.name}</strong><br /><span className="muted">{person.roles.map(word).join(', ')}{person.unit && ` · ${word(person.unit)}`}</span></p>
            <div className="actions"><button onClick={() => void signOut()}>Sign out</button></div>
          </div>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Boundary key={pathname}>
          <Suspense fallback={<p className="center" aria-busy="true">Loading…</p>}><Outlet /></Suspense>
        </Boundary>
      </main>
    </>
  );
}
