// A form as case managers will see it: fields work, nothing is sent.
import '../forms/form.css';
import { useState, type ReactNode } from 'react';
import { check, openWith, put } from '../forms/engine';
import { FormView } from '../forms/FormView';
import type { FormDefinition, Values } from '../forms/types';

export default function FormPreview({ form }: { form: FormDefinition }): ReactNode {
  const [values, setValues] = useState<Values>(() => openWith(form.components, {}));
  const given = { errors: {}, hint: () => '', locked: false, change: (pointer: string, value: unknown) => setValues((old) => put(old, pointer, value)) };
  return <FormView form={form} values={check(form, values).seen} known={{}} given={given} />;
}
