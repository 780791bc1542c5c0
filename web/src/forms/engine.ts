// What a form means, without showing it: which fields are visible, what is computed, what is wrong.
// The same rules as the server's compiler in forms/; both are held to tests/forms/vectors.
import { feel, resolve } from './feel';
import { complaints } from './rules';
import type { Component, FormDefinition, Option, Values } from './types';

export type Errors = Record<string, string[]>; // messages by JSON pointer: "/medications/0/dose"

export interface Checked {
  values: Values; // as they would be sent, computed ones included
  seen: Values; // as they are shown: hidden ones null, with locked and computed ones
  errors: Errors;
}

const SILENT = new Set(['text', 'separator', 'spacer', 'button']);

export const nameOf = (component: Component): string | undefined => component.path || component.key;
export const at = (pointer: string, name: string | number): string => `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
const isRecord = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A row sees its own names first, then those around it. */
export const rowScope = (row: Values, outer: Values, index: number): Values =>
  ({ ...outer, ...row, this: row, parent: outer['this'] ?? outer, i: index + 1 });

export function isHidden(component: Component, scope: Values): boolean {
  const hide = component.conditional?.hide;
  return hide !== undefined && hide !== '' && feel(hide, scope) === true;
}

export const isLocked = (component: Component, scope: Values): boolean =>
  component.disabled === true || resolve(component.readonly, scope) === true;

export function optionsOf(component: Component, scope: Values): Option[] {
  const found = component.valuesExpression
    ? feel(component.valuesExpression, scope)
    : component.valuesKey ? scope[component.valuesKey] : component.values;
  if (!Array.isArray(found)) return [];
  return found.map((item: unknown) => (isRecord(item) && 'value' in item
    ? { value: item['value'], label: String(item['label'] ?? item['value']) }
    : { value: item, label: String(item) }));
}

/** The members of one level: groups without a path are only a frame. */
const level = (components: Component[]): Component[] =>
  components.flatMap((each) => (each.type === 'group' && !nameOf(each) ? level(each.components ?? []) : nameOf(each) && !SILENT.has(each.type) ? [each] : []));

/** The keys of a section. */
export const namesIn = (component: Component): string[] => level([component]).map((each) => nameOf(each) as string);

/** The values a form opens with: what is known, else the form's defaults. Undeclared ones stay behind. */
export function openWith(components: Component[], given: Values): Values {
  const values: Values = {};
  for (const component of level(components)) {
    const name = nameOf(component) as string;
    const inner = component.components ?? [];
    const value = given[name];
    if (component.type === 'group') values[name] = openWith(inner, isRecord(value) ? value : {});
    else if (component.type === 'dynamiclist') {
      values[name] = Array.isArray(value)
        ? value.map((row: unknown) => openWith(inner, isRecord(row) ? row : {}))
        : Array.from({ length: component.defaultRepetitions ?? 0 }, () => openWith(inner, {}));
    } else if (value !== undefined) values[name] = value;
    else if (component.defaultValue !== undefined) values[name] = component.defaultValue;
  }
  return values;
}

/** One pass over a form in document order: what would be sent, what is shown, and every complaint. */
export function check(form: FormDefinition, values: Values, known: Values = {}): Checked {
  const errors: Errors = {};
  return { ...walk(form.components, values, known, '', errors), errors };
}

/** Hidden, locked and computed keys leave what was given before later conditions look; a declared name hides case data of that name. */
function walk(components: Component[], given: Values, outer: Values, pointer: string, errors: Errors): { values: Values; seen: Values } {
  const values: Values = {};
  const seen: Values = {};
  for (const component of level(components)) {
    const name = nameOf(component) as string;
    const taken = component.type !== 'expression' && component.disabled !== true && component.readonly !== true;
    seen[name] = taken && given[name] !== undefined && given[name] !== '' ? given[name] : component.readonly === true ? knownTo(component, outer) : null;
  }
  const visit = (component: Component): void => {
    const name = nameOf(component);
    const scope = { ...outer, ...seen, this: seen };
    const inner = component.components ?? [];
    if (isHidden(component, scope)) level([component]).forEach((each) => { seen[nameOf(each) as string] = null; });
    else if (component.type === 'group' && !name) inner.forEach(visit);
    else if (!name || SILENT.has(component.type)) return;
    else if (component.type === 'expression') keep(name, feel(component.expression ?? '', scope));
    else if (isLocked(component, scope)) keep(name, component.disabled ? null : knownTo(component, outer));
    else if (component.type === 'group') group(component, name, inner, scope);
    else if (component.type === 'dynamiclist') rows(component, name, inner, scope);
    else {
      const value = given[name] === '' ? null : given[name];
      const found = complaints(component, value ?? null, scope, optionsOf);
      if (found.length) errors[at(pointer, name)] = found;
      if (value !== undefined) values[name] = value;
    }
  };
  const keep = (name: string, value: unknown): void => {
    seen[name] = value ?? null;
    if (value !== null && value !== undefined) values[name] = value;
  };
  const group = (_: Component, name: string, inner: Component[], scope: Values): void => {
    const value = given[name] ?? {};
    if (!isRecord(value)) return void (errors[at(pointer, name)] = ['Expected an object.']);
    const nested = walk(inner, value, rowScope({}, scope, 0), at(pointer, name), errors);
    [values[name], seen[name]] = [nested.values, nested.seen];
  };
  const rows = ({ validate: rules }: Component, name: string, inner: Component[], scope: Values): void => {
    const here = at(pointer, name);
    const value = given[name];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
      if (rules?.required || Number(rules?.minLength ?? 0) > 0) errors[here] = ['Field is required.'];
      if (value !== undefined) values[name] = value;
      return;
    }
    if (!Array.isArray(value)) return void (errors[here] = ['Expected a list.']);
    const [least, most] = [Number(rules?.minLength ?? 0), Number(rules?.maxLength ?? Infinity)];
    if (value.length < least) errors[here] = [`Field must have at least ${least} rows.`];
    if (value.length > most) errors[here] = [`Field must have at most ${most} rows.`];
    const done = value.map((row: unknown, index) => {
      if (isRecord(row)) return walk(inner, row, rowScope({}, scope, index), at(here, index), errors);
      errors[at(here, index)] = ['Expected an object.'];
      return { values: {}, seen: {} };
    });
    [values[name], seen[name]] = [done.map((row) => row.values), done.map((row) => row.seen)];
  };
  components.forEach(visit);
  return { values, seen };
}

const knownTo = (component: Component, known: Values): unknown => known[component.properties?.fact ?? ''] ?? known[nameOf(component) ?? ''] ?? null;

/** The value at a pointer, changed without touching the rest. */
export function put(values: Values, pointer: string, value: unknown): Values {
  const path = pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const set = (target: unknown, depth: number): unknown => {
    const name = path[depth];
    if (name === undefined) return value;
    if (Array.isArray(target)) return target.map((item: unknown, index) => (String(index) === name ? set(item, depth + 1) : item));
    const record = isRecord(target) ? target : {};
    return { ...record, [name]: set(record[name], depth + 1) };
  };
  return set(values, 0) as Values;
}

/** The label of the field a pointer names, with its place in a list: "Medications 2: Dose". */
export function labelAt(form: FormDefinition, pointer: string): string {
  let members = level(form.components);
  let label = '';
  let place = '';
  for (const part of pointer.slice(1).split('/')) {
    if (/^\d+$/.test(part)) place = `${label} ${Number(part) + 1}: `;
    const found = members.find((each) => nameOf(each) === part);
    if (found) [label, members] = [found.label || found.dateLabel || part, found.components ? level(found.components) : members];
  }
  return place + label;
}
