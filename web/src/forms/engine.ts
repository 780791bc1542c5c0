// What a form means, without showing it: which fields are visible, what is computed, what is wrong.
// The same rules as the server's compiler in forms/; both are held to tests/forms/vectors.
import { feel, resolve } from './feel';
import type { Component, FormDefinition, Option, Values } from './types';

export interface Checked {
  values: Values; // as they would be sent, computed ones included
  seen: Values; // as they are shown: without hidden values, with locked and computed ones
  errors: Record<string, string>; // by JSON pointer: "/medications/0/dose"
}

const SILENT = new Set(['text', 'separator', 'spacer', 'button']);
export const CHOICES = new Set(['radio', 'select']);
const MANY = new Set(['checklist', 'taglist']);
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE = /^\+?[0-9][0-9\s().-]{4,20}$/;

export const nameOf = (component: Component): string | undefined => component.path || component.key;
export const at = (pointer: string, name: string | number): string => `${pointer}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
export const isMissing = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0);

const isRecord = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A row sees its own names first, then those around it. */
export const rowScope = (row: Values, outer: Values, index: number): Values => ({ ...outer, ...row, this: row, parent: outer, i: [index + 1] });

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

/** The values a form opens with: what is known, else the form's defaults. */
export function openWith(components: Component[], given: Values): Values {
  const values: Values = { ...given };
  for (const component of components) {
    const name = nameOf(component);
    const inner = component.components ?? [];
    if (component.type === 'group' && !name) Object.assign(values, openWith(inner, values));
    else if (component.type === 'group' && name) values[name] = openWith(inner, isRecord(values[name]) ? values[name] : {});
    else if (component.type === 'dynamiclist' && name) {
      const rows = values[name];
      values[name] = Array.isArray(rows)
        ? rows.map((row: unknown) => openWith(inner, isRecord(row) ? row : {}))
        : Array.from({ length: component.defaultRepetitions ?? 0 }, () => openWith(inner, {}));
    } else if (name && values[name] === undefined && component.defaultValue !== undefined) values[name] = component.defaultValue;
  }
  return values;
}

/** One pass over a form in document order: what would be sent, what is shown, and every complaint. */
export function check(form: FormDefinition, values: Values, known: Values = {}): Checked {
  const errors: Record<string, string> = {};
  return { ...walk(form.components, values, known, '', errors), errors };
}

/** Hidden and locked values are taken out before later conditions look. */
function walk(components: Component[], given: Values, outer: Values, pointer: string, errors: Record<string, string>): { values: Values; seen: Values } {
  const values: Values = {};
  const seen = { ...given };
  const visit = (component: Component): void => {
    const name = nameOf(component);
    const scope = { ...outer, ...seen };
    const inner = component.components ?? [];
    if (isHidden(component, scope)) drop(component, seen);
    else if (component.type === 'group' && !name) inner.forEach(visit);
    else if (!name || SILENT.has(component.type)) return;
    else if (component.type === 'expression') seen[name] = values[name] = feel(component.expression ?? '', scope);
    else if (isLocked(component, scope)) seen[name] = pointer === '' ? outer[name] ?? null : given[name];
    else if (component.type === 'group') {
      const nested = walk(inner, isRecord(given[name]) ? given[name] : {}, scope, at(pointer, name), errors);
      [values[name], seen[name]] = [nested.values, nested.seen];
    } else if (component.type === 'dynamiclist') {
      const rows = (Array.isArray(given[name]) ? (given[name] as unknown[]) : []).map((row, index) =>
        walk(inner, isRecord(row) ? row : {}, rowScope({}, scope, index), at(at(pointer, name), index), errors));
      [values[name], seen[name]] = [rows.map((row) => row.values), rows.map((row) => row.seen)];
    } else {
      const value = given[name] === '' ? null : given[name];
      const complaint = complaintAbout(component, value, scope);
      if (complaint) errors[at(pointer, name)] = complaint;
      if (value !== undefined) values[name] = value;
    }
  };
  components.forEach(visit);
  return { values, seen };
}

function drop(component: Component, data: Values): void {
  const name = nameOf(component);
  if (name) delete data[name];
  else component.components?.forEach((inner) => drop(inner, data));
}

function complaintAbout(component: Component, value: unknown, scope: Values): string | null {
  const rules = component.validate ?? {};
  if (isMissing(value) && rules.required) return 'Field is required.';
  if (value === null || value === undefined) return null;
  if (component.type === 'number') return numberComplaint(component, value, scope);
  if (CHOICES.has(component.type) || MANY.has(component.type)) {
    const allowed = optionsOf(component, scope).map((option) => option.value);
    const chosen = MANY.has(component.type) && Array.isArray(value) ? (value as unknown[]) : [value];
    return chosen.every((item) => allowed.includes(item)) ? null : 'Not a valid choice.';
  }
  if (typeof value !== 'string') return null;
  const [least, most] = [limit(rules.minLength, scope), limit(rules.maxLength, scope)];
  const length = [...value].length;
  if (least !== null && length < least) return `Field must have minimum length of ${least}.`;
  if (most !== null && length > most) return `Field must have maximum length of ${most}.`;
  if (rules.pattern && !matches(rules.pattern, value)) return rules.patternErrorMessage || `Field must match pattern ${rules.pattern}.`;
  if (rules.validationType === 'email' && !EMAIL.test(value)) return 'Field must be a valid email.';
  if (rules.validationType === 'phone' && !PHONE.test(value)) return 'Field must be a valid phone number.';
  return null;
}

/** Unanchored, as on the server; a pattern this browser cannot read is left to the server. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function numberComplaint(component: Component, value: unknown, scope: Values): string | null {
  const number = typeof value === 'number' ? value : Number(value);
  if (value === true || !Number.isFinite(number)) return 'Not a valid number.';
  const digits = component.decimalDigits;
  if (digits !== undefined && (String(number).split('.')[1] ?? '').length > digits) {
    return digits === 0 ? 'Expected a whole number.' : `At most ${digits} decimals.`;
  }
  const [least, most] = [limit(component.validate?.min, scope), limit(component.validate?.max, scope)];
  if (least !== null && number < least) return `Field must have minimum value of ${least}.`;
  if (most !== null && number > most) return `Field must have maximum value of ${most}.`;
  return null;
}

function limit(rule: unknown, scope: Values): number | null {
  const value = resolve(rule, scope);
  return value === undefined || value === null || value === '' || Number.isNaN(Number(value)) ? null : Number(value);
}

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
  const flat = (components: Component[]): Component[] =>
    components.flatMap((each) => (each.type === 'group' && !nameOf(each) ? flat(each.components ?? []) : [each]));
  let members = flat(form.components);
  let label = '';
  let place = '';
  for (const part of pointer.slice(1).split('/')) {
    if (/^\d+$/.test(part)) place = `${label} ${Number(part) + 1}: `;
    const found = members.find((each) => nameOf(each) === part);
    if (found) [label, members] = [found.label || found.dateLabel || part, flat(found.components ?? members)];
  }
  return place + label;
}
