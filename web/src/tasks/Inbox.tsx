// The inbox: a case manager's queues, by due time. Polls without moving the selection or the focus.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { get, post, query } from '../api/client';
import { useNow, useRead, useRefresh } from '../api/queries';
import type { Page, Person, TaskItem } from '../api/types';
import { useAnnounce } from '../shell/announce';
import { explain, Failure } from '../shell/Failure';
import { useSigned } from '../shell/session';
import { useKeys } from '../shell/Shortcuts';
import { useTitle } from '../shell/title';
import { age, count, due, moment, PHASES, RISKS, word } from '../words';
import { Risk } from './Risk';

const QUEUES = { mine: 'Mine', claimable: 'Claimable', team: 'Team' } as const;
const LIMIT = 200;

export function Inbox(): ReactNode {
  const { person } = useSigned();
  const [search, setSearch] = useSearchParams();
  const [text, setText] = useState('');
  const filter = (name: string): string => search.get(name) ?? '';
  const queue = filter('queue') || 'mine';
  useTitle(`${QUEUES[queue as keyof typeof QUEUES] ?? 'Inbox'} · Inbox`);
  const path = `/tasks${query({ queue, phase: filter('phase'), risk: filter('risk'), overdue: filter('overdue') === 'true', sort: 'due_at', limit: LIMIT })}`;
  const tasks = useQuery<Page<TaskItem>>({
    queryKey: [path],
    queryFn: ({ client, signal }) => get(path, { signal, background: client.getQueryData([path]) !== undefined }),
    refetchInterval: 5000,
    placeholderData: keepPreviousData,
  });
  const choose = (name: string, value: string): void => {
    const next = new URLSearchParams(search);
    if (value) next.set(name, value);
    else next.delete(name);
    setSearch(next, { replace: true });
  };
  const undecided = !filter('queue'); // opened without saying which queue: one's own work, else what one may take
  const own = tasks.isPlaceholderData ? undefined : tasks.data?.items.length;
  useEffect(() => {
    if (undecided && own !== undefined) choose('queue', own ? 'mine' : 'claimable');
  }, [undecided, own]);
  const wanted = text.trim().toLowerCase();
  const rows = (tasks.data?.items ?? []).filter((task) =>
    !wanted || [task.name, task.client?.name, task.client?.mrn, task.phase].some((each) => each?.toLowerCase().includes(wanted)));
  const late = rows.filter((task) => task.overdue).length;
  const full = (tasks.data?.items.length ?? 0) >= LIMIT;

  return (
    <div className="page">
      <div className="page-head">
        <h1>Inbox</h1>
        <p className="muted">{tasks.data && `${count(rows.length, 'task')}${full ? ' (the first ones)' : ''}${late ? `, ${late} overdue` : ''}`}</p>
      </div>
      <div className="filters">
        <div className="segments" role="group" aria-label="Queue">
          {Object.entries(QUEUES).map(([key, name]) => (
            <button key={key} aria-pressed={queue === key} onClick={() => choose('queue', key)}>{name}{key !== 'team' && <Waiting queue={key} />}</button>
          ))}
        </div>
        <label><span className="visually-hidden">Filter by text</span>
          <input id="text-filter" type="search" placeholder="Client, MRN or task" value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" />
        </label>
        <Choice name="Phase" value={filter('phase')} values={PHASES} change={(value) => choose('phase', value)} />
        <Choice name="Risk" value={filter('risk')} values={RISKS} change={(value) => choose('risk', value)} />
        <label className="check"><input type="checkbox" checked={filter('overdue') === 'true'} onChange={(event) => choose('overdue', event.target.checked ? 'true' : '')} /> Overdue only</label>
      </div>
      {tasks.isError && <Failure error={tasks.error} retry={() => void tasks.refetch()} />}
      {(tasks.isPending || (undecided && !tasks.isError)) && <p className="center" aria-busy="true">Loading tasks…</p>}
      {tasks.data && !undecided && rows.length === 0 && <Empty queue={queue} filtered={wanted !== '' || ['phase', 'risk', 'overdue'].some((name) => filter(name))} />}
      {rows.length > 0 && !undecided && <TaskTable rows={rows} me={person} />}
    </div>
  );
}

/** How many tasks wait in a queue, whatever is shown: what time or others brought is seen from everywhere. */
function Waiting({ queue }: { queue: string }): ReactNode {
  const tasks = useRead<Page<TaskItem>>(`/tasks${query({ queue, limit: LIMIT })}`, 15);
  const waiting = tasks.data?.items.length;
  return waiting ? <span className="waiting"><span className="visually-hidden">, </span>{waiting >= LIMIT ? `${LIMIT}+` : waiting}</span> : null;
}

export function Choice({ name, value, values, change }: { name: string; value: string; values: string[]; change: (value: string) => void }): ReactNode {
  return (
    <label><span className="visually-hidden">{name}</span>
      <select value={value} onChange={(event) => change(event.target.value)}>
        <option value="">{`Any ${name.toLowerCase()}`}</option>
        {values.map((each) => <option key={each} value={each}>{word(each)}</option>)}
      </select>
    </label>
  );
}

function Empty({ queue, filtered }: { queue: string; filtered: boolean }): ReactNode {
  if (filtered) return <p className="empty">Nothing matches these filters.</p>;
  if (queue === 'mine') return <p className="empty">Nothing is assigned to you. Tasks you may take are under <Link to="?queue=claimable">Claimable</Link>.</p>;
  return <p className="empty">{queue === 'claimable' ? 'Nothing waits to be taken.' : 'Nothing waits for your team.'} New tasks appear here by themselves.</p>;
}

/** Rows keep their element across polls, so focus stays; when the focused row leaves, its successor takes the focus. */
function TaskTable({ rows, me }: { rows: TaskItem[]; me: Person }): ReactNode {
  const now = useNow();
  const refresh = useRefresh();
  const announce = useAnnounce();
  const body = useRef<HTMLTableSectionElement>(null);
  const links = (): HTMLAnchorElement[] => [...(body.current?.querySelectorAll<HTMLAnchorElement>('a.task') ?? [])];
  const current = (): number => links().findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  const able = (task: TaskItem): boolean => !task.group || me.groups.includes(task.group);
  const claim = async (task: TaskItem): Promise<void> => {
    try {
      await post(`/tasks/${task.id}:claim`, {}, { ifMatch: task.version });
      announce(`Claimed: ${task.name}${task.client ? `, ${task.client.name}` : ''}. It is now under Mine.`);
    } catch (error) {
      announce(`Not claimed: ${explain(error)}`);
    }
    const place = current();
    await refresh();
    requestAnimationFrame(() => {
      if (place >= 0 && current() < 0) links()[Math.min(place, links().length - 1)]?.focus();
    });
  };
  useKeys((key) => {
    const place = current();
    if (key === 'j' || key === 'k') {
      const next = place < 0 ? 0 : place + (key === 'j' ? 1 : -1);
      links()[Math.max(0, Math.min(next, links().length - 1))]?.focus();
      return true;
    }
    if (key === '/') {
      document.getElementById('text-filter')?.focus();
      return true;
    }
    const task = rows[place];
    if (key === 'c' && task && !task.assignee && able(task)) {
      void claim(task);
      return true;
    }
    return false;
  });
  return (
    <table className="list tasks">
      <thead><tr><th scope="col">Due</th><th scope="col">Task</th><th scope="col">Client</th><th scope="col">Phase</th><th scope="col">Risk</th><th scope="col">Assigned</th></tr></thead>
      <tbody ref={body}>
        {rows.map((task) => (
          <tr key={task.id} className={task.overdue ? 'overdue' : ''}>
            <td className="when" title={moment(task.due_at)}>
              {task.due_at ? <time dateTime={task.due_at}>{due(task.due_at, now)}</time> : <span className="muted">no date</span>}
            </td>
            <td><Link className="task" to={`/tasks/${task.id}`}>{task.name}</Link></td>
            <td>{task.client
              ? <>{task.client.name} <span className="muted nowrap">{age(task.client.birth_date, now)} · {task.client.mrn}</span></>
              : <span className="muted">masked</span>}</td>
            <td>{word(task.phase)}</td>
            <td><Risk value={task.risk} /></td>
            <td>{task.assignee
              ? <span className={task.assignee.id === me.id ? '' : 'muted'}>{task.assignee.id === me.id ? 'You' : task.assignee.name}</span>
              : !able(task) ? <span className="muted">{word(task.group)}</span>
              : <button className="small" onClick={() => void claim(task)} aria-label={`Claim ${task.name}${task.client ? ` for ${task.client.name}` : ''}`}>Claim</button>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
