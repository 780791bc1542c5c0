// Shows a form-js form with our own fields. Which fields are visible and what is computed comes from engine.ts.
import { createContext, useContext, type ReactNode } from 'react';
import { at, isHidden, isLocked, nameOf, openWith, rowScope, type Errors } from './engine';
import { show } from '../show';
import { word } from '../words';
import { feel, fill } from './feel';
import { Field } from './Field';
import { Markdown } from './Markdown';
import type { Component, FormDefinition, Values } from './types';

export interface Given {
  errors: Errors;
  hint: (pointer: string) => string; // where a prefilled value comes from
  change: (pointer: string, value: unknown) => void;
  locked: boolean;
}

const GivenContext = createContext<Given | null>(null);

export function useGiven(): Given {
  const given = useContext(GivenContext);
  if (!given) throw new Error('Expected a form around this field');
  return given;
}

export const sectionId = ({ id, label }: Component): string => `section-${id ?? label ?? ''}`.replace(/\W+/g, '-');
export const fieldId = (pointer: string): string => `field${pointer.replaceAll('/', '-')}`;

export function FormView({ form, values, known, given }: { form: FormDefinition; values: Values; known: Values; given: Given }): ReactNode {
  return (
    <GivenContext value={given}>
      <Members components={form.components} data={values} outer={known} pointer="" level={2} />
    </GivenContext>
  );
}

interface Place { data: Values; outer: Values; pointer: string; level: number }

const THIRDS = new Set(['number', 'datetime']);
const HALVES = new Set(['textfield', 'select', 'taglist']);
const HALF_WIDE = 372; // pixels of half a form: what its options may take in one line

/** Fields that share a line with their neighbours of the same size where the form itself says nothing about rows. */
function sizeOf({ type, values = [], layout }: Component): '' | 'thirds' | 'halves' {
  if (layout?.row) return '';
  if (THIRDS.has(type)) return 'thirds';
  const options = (type === 'radio' || type === 'checklist') && values.length > 0 && values.reduce((sum, { label }) => sum + label.length * 7.3 + 50, 0) <= HALF_WIDE;
  return options || HALVES.has(type) ? 'halves' : '';
}

/** Components by row of sixteen columns, in document order. Computed values join the scope of those after them. */
function Members({ components, ...place }: Place & { components: Component[] }): ReactNode {
  const rows: Component[][] = [];
  for (const component of components) {
    const last = rows.at(-1);
    const row = component.layout?.row;
    const first = last?.[0];
    if (last && first && (row ? first.layout?.row === row : sizeOf(component) && sizeOf(first) === sizeOf(component))) last.push(component);
    else rows.push([component]);
  }
  return rows.map((row, index) => (
    <div key={row[0]?.id ?? index} className={`form-row ${row[1] && row[0] ? sizeOf(row[0]) : ''}`}>
      {row.map((component, column) => <Member key={component.id ?? nameOf(component) ?? column} component={component} {...place} />)}
    </div>
  ));
}

function Member({ component, data, outer, pointer, level }: Place & { component: Component }): ReactNode {
  const scope = { ...outer, ...data, this: data };
  if (isHidden(component, scope)) return null;
  const columns = component.layout?.columns ?? 16;
  return <div className={`span-${columns}`}>{body()}</div>;

  function body(): ReactNode {
    const name = nameOf(component);
    const here = name ? at(pointer, name) : pointer;
    const label = fill(component.label ?? '', scope);
    switch (component.type) {
      case 'text': return <Markdown text={fill(component.text ?? '', scope)} level={level} />;
      case 'separator': return <hr />;
      case 'spacer': return <div className="spacer" />;
      case 'expression': return <Computed label={label || name || ''} value={feel(component.expression ?? '', scope)} />;
      case 'group': return (
        <Section id={level === 2 ? sectionId(component) : undefined} label={label} level={level} outlined={component.showOutline === true}>
          <Members components={component.components ?? []} level={level + 1} pointer={here}
            data={name ? ((data[name] as Values | null) ?? {}) : data} outer={name ? scope : outer} />
        </Section>
      );
      case 'dynamiclist': return <Rows component={component} label={label} scope={scope} rows={(data[name ?? ''] as Values[] | null) ?? []} pointer={here} level={level} />;
      default: return <Field component={component} label={label} value={name ? data[name] : undefined} scope={scope} pointer={here} locked={isLocked(component, scope)} />;
    }
  }
}

function Section({ id, label, level, outlined, children }: { id: string | undefined; label: string; level: number; outlined: boolean; children: ReactNode }): ReactNode {
  if (!label) return <div className={outlined ? 'group outlined' : 'group'}>{children}</div>;
  return (
    <fieldset id={id} tabIndex={id ? -1 : undefined} className={outlined ? 'group outlined' : 'group'}>
      <Legend label={label} level={level} />
      {children}
    </fieldset>
  );
}

function Legend({ label, level }: { label: string; level: number }): ReactNode {
  const Heading = `h${Math.min(level, 6)}` as 'h2';
  return <legend><Heading>{label}</Heading></legend>;
}

/** Keys that tables answer with are read as words. */
const plain = (value: unknown): string =>
  Array.isArray(value) ? value.map(plain).join(', ') : typeof value === 'string' && /^[a-z][a-z0-9_]*$/.test(value) ? word(value) : show(value);

function Computed({ label, value }: { label: string; value: unknown }): ReactNode {
  return <p className="computed"><span className="label">{label}</span> <output>{plain(value) || '–'}</output></p>;
}

function Rows({ component, label, scope, rows, pointer, level }: {
  component: Component; label: string; scope: Values; rows: Values[]; pointer: string; level: number;
}): ReactNode {
  const { change, locked } = useGiven();
  const inner = component.components ?? [];
  const one = label || 'entry';
  const fixed = locked || component.allowAddRemove === false;
  return (
    <fieldset className={rows.length ? 'group outlined rows' : 'group outlined rows none'} id={fieldId(pointer)} tabIndex={-1}>
      <Legend label={label} level={level} />
      {rows.length === 0 && <p className="muted">None entered.</p>}
      {rows.map((row, index) => (
          <div key={index} className="form-list-row" role="group" aria-label={`${one} ${index + 1}`}>
            <div className="fill"><Members components={inner} data={row} outer={rowScope({}, scope, index)} pointer={at(pointer, index)} level={level + 1} /></div>
            {!fixed && (
              <button type="button" className="small" aria-label={`Remove ${one} ${index + 1}`} onClick={() => change(pointer, rows.filter((_, other) => other !== index))}>Remove</button>
            )}
          </div>
      ))}
      {!fixed && <button type="button" className="small" onClick={() => change(pointer, [...rows, openWith(inner, {})])} aria-label={`Add to ${one}`}>Add</button>}
    </fieldset>
  );
}
