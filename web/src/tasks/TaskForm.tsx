// The form of a task, from the first key to what its completion opened.
import { useEffect, useMemo, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react';
import { Link } from 'react-router';
import { get, newKey, post, ProblemError, query } from '../api/client';
import { useNow, useRead, useRefresh } from '../api/queries';
import type { Completed, Page, Task, TaskItem } from '../api/types';
import { check, labelAt, openWith, put, type Errors } from '../forms/engine';
import { complaint, REQUIRED } from '../forms/say';
import { fieldId, FormView } from '../forms/FormView';
import type { FormDefinition, Values } from '../forms/types';
import { useAnnounce } from '../shell/announce';
import { Failure } from '../shell/Failure';
import { useSigned } from '../shell/session';
import { due, hour, ago, moment, word } from '../words';
import { Sections } from './Sections';
import { useDraft, type Draft } from './useDraft';

const NO_FORM: FormDefinition = { id: 'none', components: [] };

export function TaskForm({ task, mine, beside }: { task: Task; mine: boolean; beside: HTMLElement | null }): ReactNode {
  const form = task.form ?? NO_FORM;
  const now = useNow();
  const refresh = useRefresh();
  const announce = useAnnounce();
  const [values, setValues] = useState<Values>(() => openWith(form.components, { ...task.values, ...task.draft?.values }));
  const [shown, setShown] = useState<Errors>({}); // complaints since the last try; a changed field loses its own
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<Completed | null>(null);
  const draft = useDraft(task.id, task.draft?.version ?? 0);
  const element = useRef<HTMLFormElement>(null);
  const summary = useRef<HTMLDivElement>(null);
  const attempt = useRef({ body: '', key: '' });
  const known = useMemo(() => ({ ...task.context, ...task.values }), [task.context, task.values]);
  const { seen, errors: left } = useMemo(() => check(form, values, known), [form, values, known]);
  if (done) return <Done done={done} />;
  if (task.status !== 'open') return <p className="empty">This task is {task.status}. <Link to={`/cases/${task.case_id}`}>See the case</Link>.</p>;

  const change = (pointer: string, value: unknown): void => {
    const next = put(values, pointer, value);
    setValues(next);
    setShown(({ [pointer]: _, ...others }) => others);
    draft.save(next);
  };
  const complain = (errors: Errors): void => {
    setShown(errors);
    requestAnimationFrame(() => summary.current?.focus());
  };
  const complete = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const checked = check(form, values, known);
    setFailure(null);
    if (Object.keys(checked.errors).length) return complain(checked.errors);
    const body = JSON.stringify(checked.values);
    if (attempt.current.body !== body) attempt.current = { body, key: newKey() };
    setBusy(true);
    try {
      const answer = await post<Completed>(`/tasks/${task.id}:complete`, { values: checked.values }, { ifMatch: task.version, key: attempt.current.key });
      draft.stop();
      announce(`Completed: ${task.name}.`);
      setDone(answer);
      await refresh();
    } catch (error) {
      if (error instanceof ProblemError && error.errors.length) {
        const told: Errors = {};
        for (const { pointer, detail } of error.errors) (told[pointer.replace(/^#?(\/values)?/, '')] ??= []).push(detail);
        complain(told);
      } else {
        setFailure(error);
        await refresh();
      }
    }
    setBusy(false);
  };
  const hint = (pointer: string): string => {
    const name = pointer.slice(1);
    const origin = task.known[name];
    if (!origin || JSON.stringify(values[name]) !== JSON.stringify(task.values[name])) return ''; // changed here: it comes from nowhere else
    const from = origin.source === 'start' ? 'Known since the case started' : origin.source ? `From ${word(origin.source)}` : 'Known';
    return [from, origin.at && ago(origin.at, now)].filter(Boolean).join(', ');
  };
  const quick = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) element.current?.requestSubmit();
  };
  return (
    <form ref={element} noValidate className="form" onSubmit={(event) => void complete(event)} onKeyDownCapture={quick} aria-label={form.title ?? task.name}>
      <Summary box={summary} form={form} errors={shown} />
      {form === NO_FORM && <p className="muted">This task has no form: complete it when it is done.</p>}
      <FormView form={form} values={seen} known={known} given={{ errors: shown, hint, change, locked: !mine }} />
      {failure !== null && <Failure error={failure} />}
      <Sections form={form} values={seen} known={known} left={mine ? left : {}} beside={beside} />
      {mine && (
        <div className="form-foot">
          <button type="submit" className="primary" disabled={busy}>{busy ? 'Completing…' : 'Complete'}</button>
          <DraftLine draft={draft} saved={task.draft !== null} task={task.id} />
        </div>
      )}
    </form>
  );
}

function Summary({ box, form, errors }: { box: React.RefObject<HTMLDivElement | null>; form: FormDefinition; errors: Errors }): ReactNode {
  const found = Object.entries(errors);
  const missing = found.every(([, details]) => details.every((each) => each === REQUIRED));
  const title = found.length === 1 ? `One answer ${missing ? 'is missing' : 'needs attention'}` : `${found.length} answers ${missing ? 'are missing' : 'need attention'}`;
  const go = (pointer: string): void => {
    const field = document.getElementById(fieldId(pointer));
    const target = field?.matches('input, select, textarea') ? field : (field?.querySelector<HTMLElement>('input, select, textarea, button') ?? field);
    field?.scrollIntoView({ block: 'center' });
    target?.focus();
  };
  return (
    <div ref={box} tabIndex={-1} className={found.length ? 'summary' : 'visually-hidden'} role="group" aria-label="Problems in this form">
      {found.length > 0 && (
        <>
          <p><strong>{title}</strong></p>
          <ul>{found.map(([pointer, detail]) => (
            <li key={pointer}><a href={`#${fieldId(pointer)}`} onClick={(event) => { event.preventDefault(); go(pointer); }}>{complaint(labelAt(form, pointer) || 'The form', detail)}</a></li>
          ))}</ul>
        </>
      )}
    </div>
  );
}

function DraftLine({ draft, saved, task }: { draft: Draft; saved: boolean; task: string }): ReactNode {
  const { state } = draft;
  const text = {
    none: saved ? 'Draft loaded.' : 'Answers are kept as a draft while you type.',
    typing: 'Not saved yet…',
    saving: 'Saving the draft…',
    saved: state.kind === 'saved' ? `Draft saved ${hour(state.at)}` : '',
    offline: 'Not saved yet: Ninefold cannot be reached. It keeps trying; leave this page open.',
    conflict: 'This draft was changed in another window.',
    refused: state.kind === 'refused' ? `Draft not saved: ${state.detail}` : '',
  }[state.kind];
  const mine = async (): Promise<void> => draft.overwrite((await get<Task>(`/tasks/${task}`)).draft?.version ?? 0);
  return (
    <div className={`draft ${state.kind}`}>
      <p role="status">{text}</p>
      {state.kind === 'conflict' && <><button type="button" className="small" onClick={() => void mine()}>Keep mine</button><button type="button" className="small" onClick={() => location.reload()}>Load the other</button></>}
    </div>
  );
}

/** What comes next in this case: what the completion opened, else what is still open. */
function Done({ done }: { done: Completed }): ReactNode {
  const { person } = useSigned();
  const heading = useRef<HTMLHeadingElement>(null);
  const open = useRead<Page<TaskItem>>(done.opened.length ? null : `/tasks${query({ queue: 'all', case_id: done.case_id, limit: 50 })}`);
  const next = done.opened.length ? done.opened : (open.data?.items ?? []).filter((task) => task.id !== done.id);
  const mine = next.find((task) => (task.assignee ? task.assignee.id === person.id : !task.group || person.groups.includes(task.group)));
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="done" aria-labelledby="done">
      <h2 id="done" ref={heading} tabIndex={-1}>Completed</h2>
      <p className="muted">{moment(done.completed_at)}</p>
      {next.length === 0 ? <p>Nothing new opened: the case waits for its next date or message.</p> : <p>{done.opened.length ? 'This opened:' : 'Nothing new opened. Still open in this case:'}</p>}
      <Next tasks={next} />
      <p className="actions">
        {mine && <Link className="button primary" to={`/tasks/${mine.id}`}>Go on: {mine.name}</Link>}
        <Link className="button" to="/inbox">Back to the inbox</Link> <Link to={`/cases/${done.case_id}`}>See the case</Link>
      </p>
    </section>
  );
}

function Next({ tasks }: { tasks: TaskItem[] }): ReactNode {
  const now = useNow();
  return (
    <ul className="opened">
      {tasks.map((task) => (
        <li key={task.id}>
          <Link to={`/tasks/${task.id}`}>{task.name}</Link> <span className="muted">{word(task.phase)}{task.group && ` · ${word(task.group)}`}{task.due_at && ` · ${due(task.due_at, now)}`}</span>
        </li>
      ))}
    </ul>
  );
}
