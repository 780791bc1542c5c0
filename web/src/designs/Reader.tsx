// Decisions as their tables, forms as people will see them; the source below. Editors follow in their own issue.
import './reader.css';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { FormDefinition } from '../forms/types';
import { Failure } from '../shell/Failure';
import { useTitle } from '../shell/title';
import { Actions, Problems } from './Actions';
import { tablesOf, type Table } from './decision';
import { useDesign } from './useDesign';

const FormPreview = lazy(() => import('./FormPreview'));

export default function Reader({ id }: { id: string }): ReactNode {
  const [source, setSource] = useState('');
  const opened = useDesign(id, () => Promise.resolve(source));
  const { design } = opened;
  useTitle(design?.title ?? 'Design');
  if (!design) return opened.failure === null ? <p className="center" aria-busy="true">Loading…</p> : <><h1>Design</h1><Failure error={opened.failure} /></>;
  const text = opened.dirty ? source : source || design.source;
  return (
    <>
      <Actions opened={opened} editable />
      <Problems opened={opened} />
      {design.kind === 'decision' && tablesOf(text).map((table) => <DecisionTable key={table.id} table={table} />)}
      {design.kind === 'form' && <Preview text={text} />}
      <section aria-labelledby="source">
        <h2 id="source">Source</h2>
        <textarea className="source" aria-labelledby="source" spellCheck={false} value={text} rows={24}
          onChange={(event) => { setSource(event.target.value); opened.touch(); }} />
      </section>
    </>
  );
}

function Preview({ text }: { text: string }): ReactNode {
  const form = parse(text);
  if (!form) return <p className="failure" role="alert">This is not a form yet: the source is not readable as JSON with components.</p>;
  return (
    <section aria-labelledby="preview">
      <h2 id="preview">As people see it</h2>
      <div className="preview"><Suspense fallback={<p aria-busy="true">Loading the preview…</p>}><FormPreview form={form} /></Suspense></div>
    </section>
  );
}

function parse(text: string): FormDefinition | null {
  try {
    const found = JSON.parse(text) as FormDefinition;
    return Array.isArray(found.components) ? found : null;
  } catch {
    return null;
  }
}

/** Long keys may break after an underscore, nowhere else. */
const breakable = (key: string): string => key.replaceAll('_', '_\u200b');

function DecisionTable({ table }: { table: Table }): ReactNode {
  return (
    <section aria-label={table.name}>
      <h2>{table.name} <span className="muted"><code>{table.id}</code> · {table.policy}</span></h2>
      {table.text !== null ? <pre className="expression">{table.text}</pre> : (
        <div className="scroll" tabIndex={0} role="region" aria-label={`Table ${table.name}`}>
          <table className="list decision">
            <thead>
              <tr><th scope="col">#</th>{table.inputs.map((each, index) => <th key={index} scope="col">{breakable(each)}</th>)}{table.outputs.map((each, index) => <th key={index} scope="col" className="output">{each}</th>)}<th scope="col">Note</th></tr>
            </thead>
            <tbody>
              {table.rules.map((rule, number) => (
                <tr key={number}>
                  <th scope="row">{number + 1}</th>
                  {rule.inputs.map((each, index) => <td key={index}>{each && each !== '-' ? <code>{each}</code> : <span className="muted">–</span>}</td>)}
                  {rule.outputs.map((each, index) => <td key={index} className="output"><code>{each}</code></td>)}
                  <td className="muted">{rule.note}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
