// One case: its client, the live diagram with the list of its steps, open tasks, timers and the timeline.
import '../diagram/diagram.css';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { get, query } from '../api/client';
import { useNow, useRead } from '../api/queries';
import type { CaseDiagram, CaseItem, Page, Step, TaskItem, Timer } from '../api/types';
import { Outline } from '../diagram/Outline';
import type { Marks } from '../diagram/DiagramView';
import { show } from '../show';
import { Failure } from '../shell/Failure';
import { useTitle } from '../shell/title';
import { ClientBar } from '../tasks/ClientBar';
import { ago, due, moment, word } from '../words';
import { managerOf } from './CasesPage';

const DiagramView = lazy(() => import('../diagram/DiagramView'));
const POLL = 5;

export default function CasePage(): ReactNode {
  const { id = '' } = useParams();
  const found = useRead<CaseItem>(`/cases/${id}`, POLL);
  const now = useNow();
  useTitle(found.data?.client ? `${found.data.client.name} · Case` : 'Case');
  if (found.isPending) return <p className="center" aria-busy="true">Loading the case…</p>;
  if (!found.data) return <div className="narrow"><h1>Case</h1><Failure error={found.error} retry={() => void found.refetch()} /></div>;
  const item = found.data;
  return (
    <div className="page wide">
      <p className="crumbs"><Link to="/cases">Cases</Link></p>
      <div className="page-head">
        <h1>{item.client ? item.client.name : `Case ${id.slice(0, 8)}`}</h1>
        <p className="muted">
          {item.status === 'active' ? `Started ${ago(item.started_at, now)}` : `${word(item.status)}: ${word(item.ending) || 'no ending recorded'}, ${moment(item.ended_at)}`}
          {` · release ${item.release}`}{managerOf(item) && ` · ${managerOf(item)}`}{item.unit && ` · ${word(item.unit)}`}
        </p>
      </div>
      <ClientBar item={item} now={now} />
      <Live id={id} now={now} />
      <div className="case-columns">
        <div>
          <OpenTasks id={id} now={now} />
          <Timers id={id} now={now} />
        </div>
        <Timeline id={id} now={now} />
      </div>
    </div>
  );
}

function Live({ id, now }: { id: string; now: number }): ReactNode {
  const [process, setProcess] = useState('');
  const diagram = useRead<CaseDiagram>(`/cases/${id}/diagram${query({ process })}`, POLL);
  if (!diagram.data) return diagram.isError ? <Failure error={diagram.error} retry={() => void diagram.refetch()} /> : <p className="center" aria-busy="true">Loading the diagram…</p>;
  const { active, done, timers, processes, name, xml } = diagram.data;
  const marks: Marks = {};
  for (const { element, visits } of done) marks[element] = { visits };
  for (const { element, tokens } of active) marks[element] = { ...marks[element], tokens };
  for (const { element, due_at } of timers) marks[element] = { ...marks[element], timer: due(due_at, now) };
  const state = (element: string): { text: string; kind: string } | null => {
    const mark = marks[element];
    if (!mark) return null;
    const text = [
      mark.tokens && (mark.tokens === 1 ? 'here now' : `here now, ${mark.tokens} times`),
      mark.timer && `timer ${mark.timer}`,
      mark.visits && (mark.visits === 1 ? 'done' : `done ${mark.visits} times`),
    ].filter(Boolean).join(' · ');
    return { text, kind: mark.tokens ? 'active' : mark.timer ? 'waiting' : 'done' };
  };
  return (
    <section aria-label="Live diagram">
      <div className="processes">
        <div className="segments" role="group" aria-label="Diagrams in use">
          {processes.filter((each) => each.active || each.key === diagram.data.process).map((each) => (
            <button key={each.key} aria-pressed={each.key === diagram.data.process} onClick={() => setProcess(each.key)}>
              {each.name || word(each.key)}{each.active && <span className="dot" role="img" aria-label="active" />}
            </button>
          ))}
        </div>
        <label><span className="visually-hidden">Any diagram this case went through</span>
          <select value={diagram.data.process} onChange={(event) => setProcess(event.target.value)}>
            {processes.map((each) => <option key={each.key} value={each.key}>{each.name || word(each.key)}</option>)}
          </select>
        </label>
      </div>
      <Suspense fallback={<p className="center" aria-busy="true">Loading the viewer…</p>}>
        <DiagramView xml={xml} name={name} marks={marks}
          beside={(nodes, selected, select) => <Outline label={`Steps of ${name} in order`} nodes={nodes} selected={selected} select={select} state={state} />} />
      </Suspense>
    </section>
  );
}

/** All timers of the case, whichever diagram they are in. */
function Timers({ id, now }: { id: string; now: number }): ReactNode {
  const timers = useRead<Page<Timer>>(`/timers${query({ case_id: id, limit: 50 })}`, POLL);
  return (
    <section>
      <h2>Timers</h2>
      {timers.isError && <Failure error={timers.error} />}
      {timers.data?.items.length === 0 && <p className="muted">No timer is set.</p>}
      <ul className="opened">
        {timers.data?.items.map((timer) => (
          <li key={timer.id}><strong>{word(timer.element)}</strong> <span className="muted">{due(timer.due_at, now)} · {moment(timer.due_at)} · {word(timer.process)}</span></li>
        ))}
      </ul>
    </section>
  );
}

/** Facts of a step that mean something to people: no ids, times and keys as words. */
function told(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== null && value !== '' && !(typeof value === 'string' && /^[0-9a-f]{32,}$/.test(value)))
    .map(([name, value]) => `${word(name)}: ${typeof value !== 'string' ? show(value) : /^\d{4}-\d\d-\d\dT/.test(value) ? moment(value) : word(value)}`)
    .join(' · ');
}

const PROGRAM: Record<string, string> = { clock: 'by the clock', adt: 'by the hospital feed' };
const actorOf = ({ actor }: Step): string | undefined => actor?.name && (PROGRAM[actor.name] ?? actor.name);

function OpenTasks({ id, now }: { id: string; now: number }): ReactNode {
  const tasks = useRead<Page<TaskItem>>(`/tasks${query({ queue: 'all', case_id: id, snoozed: true, limit: 50 })}`, POLL);
  return (
    <section>
      <h2>Open tasks</h2>
      {tasks.isError && <Failure error={tasks.error} />}
      {tasks.data?.items.length === 0 && <p className="muted">No task is open.</p>}
      <ul className="opened">
        {tasks.data?.items.map((task) => (
          <li key={task.id}>
            <Link to={`/tasks/${task.id}`}>{task.name}</Link>
            <span className="muted">{task.assignee ? task.assignee.name : word(task.group) || 'unassigned'}{task.due_at && ` · ${due(task.due_at, now)}`}</span>
            {task.overdue && <span className="tag danger">Overdue</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Timeline({ id, now }: { id: string; now: number }): ReactNode {
  const path = `/cases/${id}/timeline?limit=50`;
  const steps = useInfiniteQuery({
    queryKey: [path],
    queryFn: ({ pageParam, client, signal }) =>
      get<Page<Step>>(path + (pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''), { signal, background: client.getQueryData([path]) !== undefined }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: (state) => ((state.state.data?.pages.length ?? 0) > 1 ? false : POLL * 1000),
  });
  const items = steps.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section>
      <h2>Timeline</h2>
      {steps.isError && <Failure error={steps.error} />}
      <ol className="timeline" reversed>
        {items.map((step, index) => (
          <li key={`${step.step}-${index}`}>
            <time dateTime={step.at} title={ago(step.at, now)}>{moment(step.at)}</time>
            <div>
              <strong>{step.name ?? word(step.element ?? step.kind)}</strong> <span className="muted">{[word(step.kind), actorOf(step), word(step.phase)].filter(Boolean).join(' · ')}</span>
              {told(step.facts) && <p className="facts">{told(step.facts)}</p>}
            </div>
          </li>
        ))}
      </ol>
      {steps.hasNextPage && <button onClick={() => void steps.fetchNextPage()} disabled={steps.isFetchingNextPage}>Earlier steps</button>}
    </section>
  );
}
