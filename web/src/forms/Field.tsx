// One input of a form: label, control, and one line of reserved height for an error, a hint or a description
// (a line that comes and goes moves the next control away under the mouse: form-js loses clicks that way).
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Checkbox, CheckboxGroup, Label, Radio, RadioGroup } from 'react-aria-components';
import { optionsOf } from './engine';
import { show } from '../show';
import { fill } from './feel';
import { fieldId, useGiven } from './FormView';
import { say } from './say';
import type { Component, Values } from './types';

const ComboField = lazy(() => import('./ComboField')); // half of React Aria, needed by few forms

interface FieldProps { component: Component; label: string; value: unknown; scope: Values; pointer: string; locked: boolean }

export interface ControlProps {
  id: string;
  label: string;
  component: Component;
  value: unknown;
  scope: Values;
  required: boolean;
  invalid: boolean;
  describedBy: string;
  locked: boolean;
  set: (value: unknown) => void;
}

const CONTROLS: Record<string, (props: ControlProps) => ReactNode> = {
  textfield: TextControl, textarea: TextControl, number: NumberControl, datetime: TimeControl, checkbox: CheckControl,
  radio: RadioControl, checklist: ChecklistControl, select: SelectControl, taglist: ComboControl,
};

export function Field({ component, label, value, scope, pointer, locked }: FieldProps): ReactNode {
  const { errors, hint, change, locked: all } = useGiven();
  const Control = CONTROLS[component.type];
  if (!Control) return <p className="muted">A field of type {component.type} cannot be shown here.</p>;
  const id = fieldId(pointer);
  const error = errors[pointer]?.map(say).join(' ');
  const note = error ?? ([fill(component.description ?? '', scope), hint(pointer)].filter(Boolean).join(' · '));
  return (
    <div className={error ? 'field invalid' : 'field'}>
      <Control id={id} label={label} component={component} value={value} scope={scope} required={component.validate?.required === true}
        invalid={error !== undefined} describedBy={`${id}-note`} locked={locked || all} set={(next) => change(pointer, next)} />
      <p className={error ? 'note error' : 'note'} id={`${id}-note`}>{note}</p>
    </div>
  );
}

function Caption({ id, label, required }: { id?: string; label: string; required: boolean }): ReactNode {
  return <label htmlFor={id} className="label">{label}{required && <Star />}</label>;
}

const Star = (): ReactNode => <span className="star" aria-hidden="true"> *</span>;

function aria({ id, required, invalid, describedBy, locked }: ControlProps): object {
  return { id, 'aria-required': required || undefined, 'aria-invalid': invalid || undefined, 'aria-describedby': describedBy, readOnly: locked };
}

function TextControl(props: ControlProps): ReactNode {
  const { id, label, component, value, required, set } = props;
  const shared = { ...aria(props), value: show(value), autoComplete: 'off', onChange: (event: { target: { value: string } }) => set(event.target.value || null) };
  return <><Caption id={id} label={label} required={required} />{component.type === 'textarea' ? <textarea rows={3} {...shared} /> : <input type="text" {...shared} />}</>;
}

/** Takes what is typed at once, so that conditions and scores follow each key; unreadable text is kept and complained about. */
function NumberControl(props: ControlProps): ReactNode {
  const { id, label, component, value, required, set } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const parse = (text: string): unknown => {
    const plain = text.trim().replace(',', '.');
    return plain === '' ? null : /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : text;
  };
  const suffix = component.appearance?.suffixAdorner;
  return (
    <>
      <Caption id={id} label={suffix ? `${label} (${suffix})` : label} required={required} />
      <input type="text" className="number" inputMode={component.decimalDigits === 0 ? 'numeric' : 'decimal'} autoComplete="off" {...aria(props)}
        value={typed !== null && parse(typed) === value ? typed : show(value)}
        onChange={(event) => { setTyped(event.target.value); set(parse(event.target.value)); }} />
    </>
  );
}

/** The browser's own date and time inputs: named, typed by keyboard in the person's own order, and with a phone's own picker. */
function TimeControl(props: ControlProps): ReactNode {
  const { id, component, value, required, set } = props;
  const kind = component.subtype ?? 'date';
  const label = props.label || (kind === 'time' ? component.timeLabel : component.dateLabel) || '';
  const text = show(value);
  const local = kind === 'datetime' && text.length > 16 ? localMinutes(text) : kind === 'date' ? text.slice(0, 10) : text;
  const read = (next: string): unknown => (!next ? null : kind === 'datetime' ? new Date(next).toISOString().replace('.000Z', 'Z') : next);
  return (
    <>
      <Caption id={id} label={label} required={required} />
      <input type={kind === 'datetime' ? 'datetime-local' : kind} className="time" {...aria(props)} value={local} onChange={(event) => set(read(event.target.value))} />
    </>
  );
}

function localMinutes(instant: string): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? '' : new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function CheckControl({ id, label, value, required, invalid, describedBy, locked, set }: ControlProps): ReactNode {
  return (
    <label className="check">
      <input type="checkbox" id={id} checked={value === true} disabled={locked} aria-required={required || undefined} aria-invalid={invalid || undefined}
        aria-describedby={describedBy} onChange={(event) => set(event.target.checked)} />
      <span>{label}{required && <Star />}</span>
    </label>
  );
}

// Options may be numbers or booleans, React Aria's values are text: options go by their place.
const place = (options: { value: unknown }[], value: unknown): string => String(options.findIndex((option) => option.value === value));

function RadioControl({ id, label, component, value, scope, required, invalid, describedBy, locked, set }: ControlProps): ReactNode {
  const options = optionsOf(component, scope);
  return (
    <RadioGroup id={id} className="choices" value={value === undefined || value === null ? null : place(options, value)} isRequired={required} isInvalid={invalid} isReadOnly={locked}
      validationBehavior="aria" aria-describedby={describedBy} onChange={(next) => set(options[Number(next)]?.value)}>
      <Label className="label">{label}{required && <Star />}</Label>
      <div className="options">{options.map((option, index) => <Radio key={index} value={String(index)} className="option">{option.label}</Radio>)}</div>
    </RadioGroup>
  );
}

function ChecklistControl({ id, label, component, value, scope, required, invalid, describedBy, locked, set }: ControlProps): ReactNode {
  const options = optionsOf(component, scope);
  const chosen = Array.isArray(value) ? (value as unknown[]) : [];
  return (
    <CheckboxGroup id={id} className="choices" value={chosen.map((each) => place(options, each))} isRequired={required} isInvalid={invalid} isReadOnly={locked}
      validationBehavior="aria" aria-describedby={describedBy}
      onChange={(next) => set(options.filter((_, index) => next.includes(String(index))).map((option) => option.value))}>
      <Label className="label">{label}{required && <Star />}</Label>
      <div className="options">{options.map((option, index) => <Checkbox key={index} value={String(index)} className="option many">{option.label}</Checkbox>)}</div>
    </CheckboxGroup>
  );
}

function SelectControl(props: ControlProps): ReactNode {
  const { id, label, component, value, scope, required, invalid, describedBy, locked, set } = props;
  if (component.searchable) return <ComboControl {...props} />;
  const options = optionsOf(component, scope);
  const chosen = place(options, value);
  return (
    <>
      <Caption id={id} label={label} required={required} />
      <select id={id} value={chosen === '-1' ? '' : chosen} disabled={locked} aria-required={required || undefined} aria-invalid={invalid || undefined} aria-describedby={describedBy}
        onChange={(event) => set(event.target.value === '' ? null : options[Number(event.target.value)]?.value)}>
        <option value="">Choose…</option>
        {options.map((option, index) => <option key={index} value={String(index)}>{option.label}</option>)}
      </select>
    </>
  );
}

function ComboControl(props: ControlProps): ReactNode {
  return <Suspense fallback={<><span className="label">{props.label}</span><input disabled aria-label={props.label} /></>}><ComboField {...props} /></Suspense>;
}
