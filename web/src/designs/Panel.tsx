// The selected element in fields: label, documentation, condition, timer and our attributes. Every change goes over the
// command stack, so undo works; each field is written when it is left, so one edit is one step.
import type Modeler from 'bpmn-js/lib/Modeler';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { kindOf, type ModdleNode } from '../diagram/outline';
import type { DiagramElement } from '../diagram/useDiagram';
import type { DesignItem } from '../api/types';
import { fieldsOf, type PanelField } from './ninefold';

interface Moddle extends ModdleNode {
  get: (name: string) => unknown;
  documentation?: { text?: string }[];
  conditionExpression?: { body?: string };
  eventDefinitions?: (Moddle & { timeDuration?: Expression; timeDate?: Expression; timeCycle?: Expression })[];
}
type Expression = { body?: string };
interface Modeling {
  updateProperties: (element: DiagramElement, properties: object) => void;
  updateModdleProperties: (element: DiagramElement, target: unknown, properties: object) => void;
}
interface Factory { create: (type: string, properties: object) => { $parent?: unknown } }

const TIMES = ['timeDuration', 'timeDate', 'timeCycle'] as const;

export function Panel({ modeler, element, designs }: { modeler: Modeler; element: DiagramElement; designs: DesignItem[] }): ReactNode {
  const object = element.businessObject as Moddle;
  const modeling = modeler.get<Modeling>('modeling');
  const make = (type: string, properties: object): object => Object.assign(modeler.get<Factory>('bpmnFactory').create(type, properties), { $parent: object });
  const flow = object.$instanceOf('bpmn:SequenceFlow');
  const timer = object.eventDefinitions?.find((each) => each.$type === 'bpmn:TimerEventDefinition');
  const time = TIMES.find((each) => timer?.[each]);
  const write = (property: string) => (value: string): void => modeling.updateProperties(element, { [property]: value || undefined });
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return (
    <section className="panel" aria-label="Selected element" key={element.id}>
      <h2>{kindOf(object)} <code>{element.id}</code></h2>
      <Line label="Label" value={text(object.name)} write={write('name')} lines={2} />
      {flow && <Line label="Condition" hint="FEEL: = …" value={object.conditionExpression?.body ?? ''} lines={2}
        write={(body) => modeling.updateProperties(element, { conditionExpression: body ? make('bpmn:FormalExpression', { body }) : undefined })} />}
      {timer && time && <Line label={{ timeDuration: 'After', timeDate: 'At', timeCycle: 'Every' }[time]} hint="PT48H, or FEEL: = …" value={timer[time]?.body ?? ''}
        write={(body) => modeling.updateModdleProperties(element, timer[time], { body })} />}
      {fieldsOf((type) => object.$instanceOf(type)).map((field) => (
        <Line key={field.property} {...field} value={text(object.get(field.property))} write={write(field.property)} choices={choices(field, designs)} />
      ))}
      {!flow && <Line label="Purpose and checklist" value={object.documentation?.[0]?.text ?? ''} lines={5}
        write={(body) => modeling.updateProperties(element, { documentation: body ? [make('bpmn:Documentation', { text: body })] : [] })} />}
    </section>
  );
}

const choices = (field: PanelField, designs: DesignItem[]): string[] | undefined =>
  field.options && designs.filter((item) => item.kind === field.options).map((item) => item.key);

function Line({ label, hint, value, write, lines = 1, choices: offered }: {
  label: string; hint?: string; value: string; write: (value: string) => void; lines?: number; choices?: string[] | undefined;
}): ReactNode {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const shared = {
    id, value: text, placeholder: hint, spellCheck: false,
    onChange: (event: { target: { value: string } }) => setText(event.target.value),
    onBlur: () => { if (text !== value) write(text); },
  };
  const list = offered ? `${id}-offered` : undefined;
  return (
    <div>
      <label className="label" htmlFor={id}>{label}</label>
      {lines > 1 ? <textarea rows={lines} {...shared} /> : <input type="text" list={list} {...shared} />}
      {offered && <datalist id={list}>{offered.map((each) => <option key={each} value={each} />)}</datalist>}
    </div>
  );
}
