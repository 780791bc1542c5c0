// All cases one may see: filters, sorting by age. Without a right to clients a case is named by its id.
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { get, query } from '../api/client';
import { useNow } from '../api/queries';
import type { CaseItem, Page } from '../api/types';
import { Failure } from '../shell/Failure';
import { useSigned } from '../shell/session';
import { useTitle } from '../shell/title';
import { Choice } from '../tasks/Inbox';
import { Risk } from '../tasks/Risk';
import { count, due, moment, PHASES, RISKS, span, word } from '../words';

const StartCase = lazy(() => import('./StartCase'));
const LIMIT = 100;
const FILTERS = ['phase', 'risk'] as const;

export default function CasesPage(): ReactNode {
  useTitle('Cases');
  const { has } = useSigned();
  const now = useNow();
  const [search, setSearch] = useSearchParams();
  const [starting, setStarting] = useState(false);
  const filter = (name: string): string => search.get(name) ?? '';
  const status = search.get('status') ?? 'active';
  const sort = filter('sort') || '-started_at'; // the newest first
  const choose = (name: string, value: string): void => {
    const next = new URLSearchParams(search);
    if (value || name === 'status') next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  const path = `/cases${query({ status, phase: filter('phase'), risk: filter('risk'), sort, limit: LIMIT })}`;
  const cases = useInfiniteQuery({
    queryKey: [path, 'pages'],
    queryFn: ({ pageParam, client, signal }) =>
      get<Page<CaseItem>>(path + (pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''), { signal, background: client.getQueryData([path, 'pages']) !== undefined }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: (state) => ((state.state.data?.pages.length ?? 0) > 2 ? false : 10_000),
  });
  const rows = cases.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="page">
      <div className="page-head">
        <h1>Cases</h1>
        <p className="muted">{cases.data && `${count(rows.length, 'case')}${cases.hasNextPage ? ' so far' : ''}`}</p>
        {has('case_manager', 'intake', 'supervisor') && <button onClick={() => setStarting(true)}>Start a case…</button>}
      </div>
      <div className="filters">
        <div className="segments" role="group" aria-label="Status">
          {[['active', 'Open'], ['completed', 'Closed'], ['', 'All']].map(([key, name]) => (
            <button key={key} aria-pressed={status === key} onClick={() => choose('status', key ?? '')}>{name}</button>
          ))}
        </div>
        {FILTERS.map((name) => <Choice key={name} name={word(name)} value={filter(name)} values={name === 'phase' ? PHASES : RISKS} change={(value) => choose(name, value)} />)}
      </div>
      {cases.isError && <Failure error={cases.error} retry={() => void cases.refetch()} />}
      {cases.isPending && <p className="center" aria-busy="true">Loading cases…</p>}
      {cases.data && rows.length === 0 && <p className="empty">No case matches these filters.</p>}
      {rows.length > 0 && (
        <table className="list cases">
          <thead>
            <tr>
              <th scope="col">Case</th><th scope="col">Phase</th><th scope="col">Risk</th><th scope="col" className="figure">Open tasks</th>
              <Sortable name="Next timer" field="next_timer_at" sort={sort} change={(value) => choose('sort', value)} />
              <Sortable name="Age" field="started_at" sort={sort} change={(value) => choose('sort', value)} />
              <th scope="col">Manager</th><th scope="col" className="figure">Release</th>
            </tr>
          </thead>
          <tbody>{rows.map((item) => <Row key={item.id} item={item} now={now} />)}</tbody>
        </table>
      )}
      {cases.hasNextPage && <p className="center"><button onClick={() => void cases.fetchNextPage()} disabled={cases.isFetchingNextPage}>Show more</button></p>}
      {starting && <Suspense><StartCase close={() => setStarting(false)} /></Suspense>}
    </div>
  );
}

function Row({ item, now }: { item: CaseItem; now: number }): ReactNode {
  return (
    <tr>
      <td><Link to={`/cases/${item.id}`}>{item.client ? item.client.name : `Case ${item.id.slice(0, 8)}`}</Link>{item.client && <span className="muted nowrap"> {item.client.mrn}</span>}</td>
      <td>{item.status === 'active' ? word(item.phase) || '–' : <span className="tag">{word(item.ending) || word(item.status)}</span>}</td>
      <td><Risk value={item.risk} /></td>
      <td data-label="Open tasks" className="figure">{item.open_tasks}</td>
      <td data-label="Next timer" title={moment(item.next_timer_at)}>{item.next_timer_at ? due(item.next_timer_at, now) : <span className="muted">–</span>}</td>
      <td data-label="Age" title={`Started ${moment(item.started_at)}`}>{span((item.ended_at ? Date.parse(item.ended_at) : now) - Date.parse(item.started_at))}</td>
      <td data-label="Manager">{managerOf(item) || <span className="muted">–</span>}</td>
      <td data-label="Release" className="figure">{item.release}</td>
    </tr>
  );
}

export const managerOf = ({ manager }: CaseItem): string => (typeof manager === 'string' ? word(manager) : (manager?.name ?? ''));

function Sortable({ name, field, sort, change }: { name: string; field: string; sort: string; change: (sort: string) => void }): ReactNode {
  const up = sort === field;
  const down = sort === `-${field}`;
  return (
    <th scope="col" aria-sort={up ? 'ascending' : down ? 'descending' : 'none'}>
      <button className="sort" onClick={() => change(up ? `-${field}` : field)}>{name}<span aria-hidden="true">{up ? ' ↑' : down ? ' ↓' : ' ↕'}</span></button>
    </th>
  );
}
