// FEEL in the browser: conditions, computed fields and templates. The server's own FEEL is the authority.
import { evaluate } from '@bpmn-io/feelin';
import { show } from '../show';
import type { Values } from './types';

interface Temporal { toISO(options?: object): string | null; hour?: number; minute?: number; second?: number }

/** The value of an expression (`=` in front or not), null where it cannot be computed. */
export function feel(expression: string, scope: Values): unknown {
  try {
    return plain(evaluate(expression.replace(/^\s*=/, ''), scope).value);
  } catch {
    return null;
  }
}

export const isExpression = (value: unknown): boolean => typeof value === 'string' && value.trimStart().startsWith('=');

/** A literal, or what its expression gives. */
export const resolve = (value: unknown, scope: Values): unknown => (isExpression(value) ? feel(value as string, scope) : value);

/** `= expression` as a whole, or text with `{{expression}}` in it. */
export function fill(text: string, scope: Values): string {
  if (isExpression(text)) return show(feel(text, scope));
  return text.replace(/\{\{(.+?)\}\}/gs, (_, inner: string) => show(feel(inner, scope)));
}

function plain(value: unknown): unknown {
  if (value === undefined || typeof value === 'function') return null;
  if (value !== null && typeof value === 'object' && 'toISO' in value) {
    const moment = value as Temporal;
    const midnight = moment.hour === 0 && moment.minute === 0 && moment.second === 0;
    const text = moment.toISO({ suppressMilliseconds: true });
    return midnight ? text?.slice(0, 10) : text;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  return value;
}
