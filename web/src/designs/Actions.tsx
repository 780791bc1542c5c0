// Head of a design: its state, and save, check, deploy. Problems below, each leading to its element.
import { useRef, type ReactNode } from 'react';
import type { Problem } from '../api/types';
import { Failure } from '../shell/Failure';
import { count } from '../words';
import type { Opened } from './useDesign';

export function Actions({ opened, editable }: { opened: Opened; editable: boolean }): ReactNode {
  const { design, dirty, busy, deployed } = opened;
  const sure = useRef<HTMLDialogElement>(null);
  return (
    <div className="page-head">
      <h1>{design?.title}</h1>
      <p className="muted"><code>{design?.key}</code></p>
      <p role="status" className="design-state">
        {deployed ? <span className="tag good">Release {deployed.release} is active: {count(deployed.deployed.length, 'file')} deployed</span>
          : dirty ? <span className="tag warn">Changed, not saved</span>
            : design?.draft ? <span className="tag warn">Draft</span> : <span className="tag">As deployed</span>}
      </p>
      <div className="actions">
        {design?.draft && <button disabled={busy !== ''} onClick={() => sure.current?.showModal()}>Discard draft…</button>}
        {editable && <button disabled={busy !== '' || !dirty} onClick={() => void opened.save()}>{busy === 'saving' ? 'Saving…' : 'Save draft'}</button>}
        <button disabled={busy !== ''} onClick={() => void opened.check()}>{busy === 'checking' ? 'Checking…' : 'Check'}</button>
        <button className="primary" disabled={busy !== '' || !(dirty || design?.draft)} onClick={() => void opened.deploy()}>{busy === 'deploying' ? 'Deploying…' : 'Deploy'}</button>
      </div>
      <dialog ref={sure} aria-labelledby="discard">
        <h2 id="discard">Discard the draft?</h2>
        <p>The draft of {design?.title} is deleted; what is deployed stays.</p>
        <form method="dialog" className="actions">
          <button className="danger" onClick={() => void opened.discard()}>Discard the draft</button>
          <button>Keep it</button>
        </form>
      </dialog>
    </div>
  );
}

export function Problems({ opened, select }: { opened: Opened; select?: (element: string) => void }): ReactNode {
  const { problems, failure } = opened;
  return (
    <>
      {failure !== null && <Failure error={failure} />}
      {problems && (
        <section className="problems" aria-labelledby="problems">
          <h2 id="problems">{problems.length === 0 ? 'No problems' : count(problems.length, 'problem')}</h2>
          <ul>{problems.map((problem, index) => <Line key={index} problem={problem} select={select} />)}</ul>
        </section>
      )}
    </>
  );
}

function Line({ problem, select }: { problem: Problem; select?: ((element: string) => void) | undefined }): ReactNode {
  const { element, line, rule, severity, message } = problem;
  const where = element ?? (line ? `line ${line}` : problem.file);
  return (
    <li className={severity}>
      <span className={severity === 'error' ? 'tag danger' : 'tag warn'}>{severity}</span>
      {element && select ? <button className="link" onClick={() => select(element)}>{where}</button> : <code>{where}</code>}
      <span>{message} <span className="muted">{rule}</span></span>
    </li>
  );
}
