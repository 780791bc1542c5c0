// One task: whom it concerns, why it is here, what to do, its form, and what its completion opened.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { post } from '../api/client';
import { useNow, useRead, useRefresh } from '../api/queries';
import type { Task } from '../api/types';
import '../forms/form.css';
import { Markdown } from '../forms/Markdown';
import { useAnnounce } from '../shell/announce';
import { explain, Failure } from '../shell/Failure';
import { useSigned } from '../shell/session';
import { useTitle } from '../shell/title';
import { ago, due, moment, word } from '../words';
import { ClientBar } from './ClientBar';
import { TaskForm } from './TaskForm';

export default function TaskPage(): ReactNode {
  const { id = '' } = useParams();
  const task = useRead<Task>(`/tasks/${id}`, 30);
  useTitle(task.data?.name ?? 'Task');
  if (task.isPending) return <p className="center" aria-busy="true">Loading the task…</p>;
  if (!task.data) return <div className="narrow"><h1>Task</h1><Failure error={task.error} retry={() => void task.refetch()} /></div>;
  return <Opened key={id} task={task.data} />;
}

function Opened({ task }: { task: Task }): ReactNode {
  const { person } = useSigned();
  const now = useNow();
  const mine = task.assignee?.id === person.id;
  const [beside, setBeside] = useState<HTMLElement | null>(null);
  return (
    <div className="page">
      <p className="crumbs"><Link to="/inbox">Inbox</Link></p>
      <div className="page-head">
        <h1>{task.name}</h1>
        {task.due_at && (
          <p className={task.overdue ? 'due late' : 'due'}>
            {task.overdue && <span className="tag danger">Overdue</span>} Due <time dateTime={task.due_at}>{moment(task.due_at)}</time>, {due(task.due_at, now)}
          </p>
        )}
      </div>
      <ClientBar item={task} now={now} link />
      <div className="task-columns">
        <div>
          {task.status === 'open' ? <Ownership task={task} mine={mine} /> : null}
          <TaskForm task={task} mine={mine} beside={beside} />
        </div>
        <aside aria-label="About this task">
          {task.purpose && <section><h2>What to do</h2><Markdown text={task.purpose} /></section>}
          <section>
            <h2>Why this is on the list</h2>
            <ol className="why">
              {task.why.map((reason, index) => (
                <li key={index}><span>{reason.text}</span>{reason.at && <time className="muted" dateTime={reason.at} title={moment(reason.at)}>{ago(reason.at, now)}</time>}</li>
              ))}
            </ol>
            <p className="muted">Opened {moment(task.opened_at)} for {word(task.group) || 'anybody'}</p>
          </section>
          <div className="beside-form" ref={setBeside} />
        </aside>
      </div>
    </div>
  );
}

function Ownership({ task, mine }: { task: Task; mine: boolean }): ReactNode {
  const { person } = useSigned();
  const refresh = useRefresh();
  const announce = useAnnounce();
  const able = !task.group || person.groups.includes(task.group);
  const box = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current) box.current?.focus(); // the pressed button is gone: stay where it was
  }, [mine]);
  const move = async (verb: 'claim' | 'release'): Promise<void> => {
    try {
      moved.current = true;
      await post(`/tasks/${task.id}:${verb}`, {}, { ifMatch: task.version });
      announce(verb === 'claim' ? 'Claimed: the form is open for you.' : 'Released: others may claim it.');
    } catch (error) {
      announce(`Not done: ${explain(error)}`);
    }
    await refresh();
  };
  return (
    <div className="ownership" ref={box} tabIndex={-1}>
      <p>{mine ? 'Assigned to you.' : task.assignee ? `Assigned to ${task.assignee.name}.` : able ? 'Nobody works on this yet. Claim it to fill in the form.' : `This is for the group ${word(task.group)}, which you are not in.`}</p>
      {mine && <button className="small" onClick={() => void move('release')}>Release</button>}
      {!task.assignee && able && <button className="primary" onClick={() => void move('claim')}>Claim</button>}
    </div>
  );
}
