// The sections of a long form with how many answers each still needs: a way through it, beside the form.
import { useMemo, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { isHidden, namesIn, type Errors } from '../forms/engine';
import { sectionId } from '../forms/FormView';
import type { FormDefinition, Values } from '../forms/types';

const LONG = 5; // sections: a shorter form is seen at a glance

export function Sections({ form, values, known, left, beside }: { form: FormDefinition; values: Values; known: Values; left: Errors; beside: HTMLElement | null }): ReactNode {
  const sections = useMemo(() => form.components.filter((each) => each.type === 'group' && each.label), [form]);
  const scope = { ...known, ...values };
  const visible = sections.filter((each) => !isHidden(each, scope));
  if (!beside || visible.length < LONG) return null;
  const missing = Object.keys(left).map((pointer) => pointer.split('/')[1]);
  const go = (id: string): void => {
    const section = document.getElementById(id);
    section?.scrollIntoView({ block: 'start' });
    section?.querySelector<HTMLElement>('input, select, textarea, button')?.focus({ preventScroll: true });
  };
  return createPortal(
    <nav aria-labelledby="sections">
      <h2 id="sections">Sections</h2>
      <ol className="sections">
        {visible.map((each) => {
          const names = namesIn(each);
          const count = missing.filter((name) => name !== undefined && names.includes(name)).length;
          const id = sectionId(each);
          return <li key={id}><a href={`#${id}`} onClick={(event) => { event.preventDefault(); go(id); }}>{each.label}</a>{count > 0 && <span className="muted">{count} to answer</span>}</li>;
        })}
      </ol>
    </nav>, beside);
}
