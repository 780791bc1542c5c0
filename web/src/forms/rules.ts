// What may be wrong with one value, in the words of the server (forms/fields.py, forms/visibility.py).
import { resolve } from './feel';
import type { Component, Option, Values } from './types';

const ONE = new Set(['radio', 'select']);
const MANY = new Set(['checklist', 'taglist']);
const NO_OPTION = 'Value is not one of the options.';
const NUMBER = /^-?[0-9]{1,30}(\.[0-9]{1,20})?$/;
const KNOWN_TYPES: Record<string, [RegExp, string]> = {
  email: [/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/, 'Field must be a valid email.'],
  phone: [/^\+?[0-9][0-9 ()./-]{4,30}$/, 'Field must be a valid phone number.'],
};
const TIMES: Record<string, [RegExp, string]> = {
  date: [/^\d{4}-\d{2}-\d{2}$/, 'Value is not a date.'],
  time: [/^\d{2}:\d{2}(:\d{2})?$/, 'Value is not a time.'],
  datetime: [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/, 'Value is not a date and time with an offset.'],
};

export function complaints(component: Component, value: unknown, scope: Values, options: (component: Component, scope: Values) => Option[]): string[] {
  const { type } = component;
  if (component.validate?.required && isMissing(type, value)) return ['Field is required.'];
  if (value === null) return [];
  if (type === 'number') return aboutNumber(component, value, scope);
  if (type === 'checkbox') return typeof value === 'boolean' ? [] : ['Value is not true or false.'];
  if (type === 'datetime') return aboutTime(component.subtype ?? 'date', value);
  if (MANY.has(type) && !Array.isArray(value)) return ['Value is not a list.'];
  if (ONE.has(type) || MANY.has(type)) {
    const allowed = options(component, scope).map((option) => option.value);
    return (MANY.has(type) ? (value as unknown[]) : [value]).every((one) => allowed.includes(one)) ? [] : [NO_OPTION];
  }
  return typeof value === 'string' ? aboutText(component, value, scope) : ['Value is not a text.'];
}

/** Zero is an answer, and so is "no" of a yes-or-no choice. */
const isMissing = (type: string, value: unknown): boolean =>
  value === null || (type === 'checkbox' && value === false) || (MANY.has(type) && Array.isArray(value) && value.length === 0);

function aboutNumber({ decimalDigits: digits, validate }: Component, value: unknown, scope: Values): string[] {
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return ['Value is not a number.'];
  const found: string[] = [];
  if (digits !== undefined && (String(number).split('.')[1] ?? '').length > digits) {
    found.push(digits === 0 ? 'Value is expected to be an integer.' : `Value is expected to have at most ${digits} decimal digits.`);
  }
  const [least, most] = [limit(validate?.min, scope), limit(validate?.max, scope)];
  if (least !== null && number < least) found.push(`Field must have minimum value of ${least}.`);
  if (most !== null && number > most) found.push(`Field must have maximum value of ${most}.`);
  return found;
}

function aboutText({ validate: rules = {} }: Component, value: string, scope: Values): string[] {
  const found: string[] = [];
  const known = KNOWN_TYPES[rules.validationType ?? ''];
  if (rules.pattern && !matches(rules.pattern, value)) found.push(rules.patternErrorMessage || `Field must match pattern ${rules.pattern}.`);
  if (known && !known[0].test(value)) found.push(known[1]);
  const [least, most] = [limit(rules.minLength, scope), limit(rules.maxLength, scope)];
  const length = [...value].length; // characters, not UTF-16 units
  if (least !== null && length < least) found.push(`Field must have minimum length of ${least}.`);
  if (most !== null && length > most) found.push(`Field must have maximum length of ${most}.`);
  return found;
}

function aboutTime(kind: string, value: unknown): string[] {
  const [spelling, complaint] = TIMES[kind] as [RegExp, string];
  if (typeof value !== 'string' || !spelling.test(value)) return [complaint];
  const real = kind === 'time' ? /^([01]\d|2[0-3]):[0-5]\d/.test(value) : !Number.isNaN(Date.parse(value)) && sameDay(value);
  return real ? [] : [complaint];
}

/** Date.parse takes 30 February for 2 March. */
function sameDay(value: string): boolean {
  const [year, month, day] = value.slice(0, 10).split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/** Unanchored, as on the server; a pattern this browser cannot read is left to the server. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function limit(rule: unknown, scope: Values): number | null {
  const value = resolve(rule, scope);
  return value === undefined || value === null || value === '' || Number.isNaN(Number(value)) ? null : Number(value);
}
